//! May they: what a request asks for, by its parameters, and whether its caller has that.
//!
//! `asks` is data: which permissions each operation of the table needs, and when. `facts` tells the evaluator what it wants to
//! know of a request; `decide` brings both together with the bucket's side: its policy, its block of public access, its
//! ownership, its ACL or the object's. `guard` is that policy compiled, `acl` what ACLs say,
//! `encrypted` how what no header describes is encrypted, `locks` and `tags` what conditions ask of those, `body` what is done until it is known, `grants` how requests write them, `payment` who pays, `delivery` whether access logs may be delivered, `through` which access point a request goes through, whose side is asked too.
//!
//! Invariants: no handler decides who may, except DeleteObjects, which asks here for each of its keys; whatever is unknown or
//! cannot be read allows nothing; the refused learn no reason, the log does. A bucket that is missing is told to everybody, as
//! at Amazon. The root of a bucket's account, where there is neither policy nor ACL, is asked nothing.

pub(crate) mod acl;
pub(crate) mod asks;
pub(crate) mod body;
mod decide;
pub(crate) mod delivery;
mod encrypted;
mod facts;
pub(crate) mod grants;
mod guard;
pub(crate) mod locks;
mod payment;
pub(crate) mod tags;
pub(crate) mod through;

pub(crate) use decide::Found;
pub(crate) use facts::Facts;
pub(crate) use guard::Guard;
