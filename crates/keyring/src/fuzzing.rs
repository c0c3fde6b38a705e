//! What the fuzz target needs of the form of ciphertexts, without a keyring around it.

use zeroize::Zeroizing;

use crate::series::Series;
use crate::{CiphertextOrigin, EncryptionContext, Error, cipher};

/// Encrypts under this secret of the key.
pub fn seal(
    secret: &[u8],
    origin: &CiphertextOrigin,
    plain: &[u8],
    context: &EncryptionContext,
) -> Result<Vec<u8>, Error> {
    let head = cipher::head(&origin.place, &origin.id);
    let head = head.ok_or_else(|| Error::Damaged("the place of a key".to_owned()))?;
    cipher::seal(&Series::default(), secret, (&head, origin.material), plain, context)
}

/// Opens what [`seal`] made with this secret. The number of the material and `header_bytes` are what [`CiphertextOrigin::read`] said.
pub fn open(
    secret: &[u8],
    ciphertext: &[u8],
    (material, header_bytes): (u32, usize),
    context: &EncryptionContext,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    cipher::open(&Series::default(), secret, ciphertext, (material, header_bytes), context)
}
