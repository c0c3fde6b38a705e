//! The server ends at any operation on the disk, while keys are made, changed and rotated: what was acknowledged is there, what was
//! under way happened whole or not at all, and whatever was encrypted opens.

use std::path::Path;
use std::sync::Arc;

use coldkeep_disk::simulated::{Happening, Operation, SimulatedDisk, Watch};
use coldkeep_identity::{RootKey, Sealer};
use coldkeep_keyring::{EncryptionContext, Error, KeySpec, KeyState, Keyring, prove};
use coldkeep_meta::{Embedded, Options, Run};
use coldkeep_types::SystemClock;

use crate::world::{OWNER, new_key, place, root};

struct Nobody;

impl Watch for Nobody {
    fn operation(&self, _: &Operation<'_>) {}
}

fn open(disk: &SimulatedDisk) -> Result<(Arc<Embedded>, Keyring), coldkeep_meta::Error> {
    // Small, so that checkpoints happen in between.
    let options = Options {
        cache_bytes: 64 << 10,
        checkpoint_bytes: 4 << 10,
        segment_bytes: 64 << 10,
        ballast_bytes: 64 << 10,
        run: Run::Task,
    };
    let meta = Arc::new(Embedded::open(Arc::new(disk.clone()), Path::new("/data/meta"), options)?);
    let keyring = Keyring::open(meta.clone(), Arc::new(SystemClock), Sealer::new(&RootKey::from_bytes([3; 32])));
    Ok((meta, keyring))
}

/// What somebody knows of one key: only what was answered.
#[derive(Default)]
struct Known {
    id: Option<String>,
    /// Rotations that were answered.
    rotations: usize,
    state: Option<KeyState>,
    /// What was encrypted, each with a number in it.
    ciphertexts: Vec<Vec<u8>>,
}

impl Known {
    /// Makes, uses, rotates, disables, enables, and schedules the deletion of one key, until something fails.
    async fn live(&mut self, keyring: &Keyring) -> Result<(), Error> {
        let place = place(OWNER);
        let mut edit = keyring.edit();
        let record = edit.create_key(&place, &root(OWNER), &new_key(KeySpec::Symmetric)).await?;
        assert!(edit.done().await?);
        let id = self.id.insert(record.id).clone();
        self.state = Some(KeyState::Enabled);
        let now = keyring.now();
        for step in 0..6 {
            let key = keyring.find(&place, &id).await?.expect("it was made");
            let mut edit = keyring.edit();
            let (mut rotations, mut state) = (self.rotations, self.state);
            match step {
                0..3 => {
                    let text = self.ciphertexts.len().to_string();
                    self.ciphertexts.push(key.encrypt(now, text.as_bytes(), &EncryptionContext::new())?);
                    edit.rotate_on_demand(&key).await?;
                    rotations += 1;
                }
                3 | 4 => {
                    edit.enable(&key, step == 4)?;
                    state = Some(if step == 4 { KeyState::Enabled } else { KeyState::Disabled });
                }
                _ => {
                    edit.schedule_deletion(&key, 7)?;
                    state = Some(KeyState::PendingDeletion);
                }
            }
            // It is not known any more until it is answered.
            self.state = None;
            assert!(edit.done().await?);
            (self.rotations, self.state) = (rotations, state);
        }
        Ok(())
    }

    async fn holds(&self, keyring: &Keyring, when: &str) {
        let place = place(OWNER);
        let Some(id) = &self.id else { return };
        let key = keyring.find(&place, id).await.expect("readable").unwrap_or_else(|| panic!("{when}: it is gone"));
        let now = keyring.now();
        let rotations = key.record.materials.len() - 1;
        assert!(rotations == self.rotations || rotations == self.rotations + 1, "{when}: {rotations} rotations");
        assert_eq!(key.record.current as usize, key.record.materials.len(), "{when}: a rotation happened by half");
        let state = key.record.state(now.0);
        assert!(self.state.is_none_or(|known| known == state), "{when}: it is {state:?}, not {:?}", self.state);
        let key = match state {
            KeyState::Enabled => key,
            // It must be of use again, with all of its material.
            _ => {
                let mut edit = keyring.edit();
                if state == KeyState::PendingDeletion {
                    edit.cancel_deletion(&key).expect("it waits");
                    assert!(edit.done().await.expect("written"));
                    edit = keyring.edit();
                }
                let key = keyring.find(&place, id).await.expect("readable").expect("it is there");
                edit.enable(&key, true).expect("it is disabled");
                assert!(edit.done().await.expect("written"));
                keyring.find(&place, id).await.expect("readable").expect("it is there")
            }
        };
        for (number, ciphertext) in self.ciphertexts.iter().enumerate() {
            let plain = key.decrypt(now, ciphertext, &EncryptionContext::new()).expect("it opens");
            assert_eq!(plain.as_slice(), number.to_string().as_bytes(), "{when}");
        }
    }
}

/// What the next server finds, after the process was killed or the power went.
type After = fn(&SimulatedDisk) -> SimulatedDisk;

#[tokio::test]
async fn whatever_a_server_was_doing_to_a_key_when_it_ended() {
    for (how, after) in [("killed", SimulatedDisk::kill as After), ("power cut", SimulatedDisk::crash)] {
        let mut ends = 0;
        while ended(ends, how, after).await {
            ends += 1;
        }
        assert!(ends > 15, "{how}: it ended in {ends} places only");
    }
}

/// One server that ends at an operation; `false` if it came to its last one.
async fn ended(at: u64, how: &str, after: After) -> bool {
    let disk = SimulatedDisk::new(at, 1 << 30, Arc::new(Nobody));
    disk.make_folders(Path::new("/data")).expect("made");
    let mut known = [Known::default(), Known::default()];
    let (meta, keyring) = open(&disk).expect("it opens");
    known[0].live(&keyring).await.expect("undisturbed");
    disk.plan(1 + at, Happening::PowerCut);
    let lived = known[1].live(&keyring).await;
    if lived.is_ok() {
        return false;
    }
    assert!(disk.is_dead(), "{lived:?}");
    let when = format!("{how} at operation {at}");
    let next = after(&disk);
    drop((meta, keyring));
    let (meta, keyring) = open(&next).unwrap_or_else(|error| panic!("{when}: {error}"));
    assert_eq!(prove(&*meta).await.expect("readable").1, Vec::<String>::new(), "{when}");
    for known in &known {
        known.holds(&keyring, &when).await;
    }
    true
}
