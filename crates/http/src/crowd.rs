//! All connections of a listener, and who gives way when they are too many or strangers cost too much.
//!
//! Nobody without a key may take the server from those who have one, so strangers are not refused: the oldest of them give
//! way. When all places are taken, connections close on which no verified caller waits: strangers first, then idle ones,
//! the longest silent first. A stranger's connection costs the bytes of its request heads and answers until it closes; past
//! the bound of a connection it is told to close; past that of an address, or of all, the costliest is cut. So the memory of
//! strangers is bounded however slowly they take their answers, and a client that means well is hit last.
//!
//! What is kept per address is kept while it has a connection here, so it is bounded by the number of connections.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::Limits;
use crate::activity::{Activity, Told, client};

/// What a request of a stranger costs beside its bytes: about what the server keeps for it.
const REQUEST_BYTES: usize = 512;

/// When all places are taken, 1/32 of them are freed at once, so that looking through all is rare.
const FREED_AT_ONCE: usize = 32;

pub(crate) struct Crowd {
    limits: Limits,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    next: u64,
    members: HashMap<u64, Member>,
    addresses: HashMap<IpAddr, Strangers>,
    /// What all strangers cost.
    cost: usize,
}

struct Member {
    activity: Arc<Activity>,
    client: IpAddr,
    stranger: bool,
    cost: usize,
}

/// The strangers of one address.
#[derive(Default)]
struct Strangers {
    connections: usize,
    cost: usize,
}

impl Crowd {
    pub(crate) fn new(limits: Limits) -> Self {
        Self { limits, inner: Mutex::default() }
    }

    /// Lets a connection in; `None` when every place is taken by somebody who is being served.
    pub(crate) fn join(&self, remote: SocketAddr, tls: bool) -> Option<Arc<Activity>> {
        let mut inner = self.lock();
        let client = client(remote);
        let most = self.limits.max_strangers_per_address;
        if inner.addresses.get(&client).is_some_and(|strangers| strangers.connections >= most) {
            inner.give_way(most.div_ceil(FREED_AT_ONCE), |member| member.stranger && member.client == client);
        }
        if inner.members.len() >= self.limits.max_connections {
            inner.give_way(self.limits.max_connections.div_ceil(FREED_AT_ONCE), |_| true);
        }
        if inner.members.len() >= self.limits.max_connections {
            return None;
        }
        inner.next += 1;
        let activity = Arc::new(Activity::new(remote, tls, inner.next));
        let member = Member { activity: activity.clone(), client, stranger: true, cost: 0 };
        inner.members.insert(activity.number, member);
        inner.addresses.entry(client).or_default().connections += 1;
        Some(activity)
    }

    /// The connection has closed.
    pub(crate) fn leave(&self, activity: &Activity) {
        self.lock().remove(activity.number);
    }

    /// Frees some places, as when the process has no descriptors left.
    pub(crate) fn make_room(&self) {
        let mut inner = self.lock();
        let some = inner.members.len().div_ceil(FREED_AT_ONCE);
        inner.give_way(some, |_| true);
    }

    /// A caller was proven on this connection: it is no stranger's any more and costs nothing.
    pub(crate) fn prove(&self, activity: &Activity) {
        if !activity.prove() {
            return;
        }
        let mut inner = self.lock();
        let Some(member) = inner.members.get_mut(&activity.number) else { return };
        member.stranger = false;
        let (client, cost) = (member.client, std::mem::take(&mut member.cost));
        inner.forget_stranger(client, cost);
    }

    /// Charges a stranger's connection for a request whose head has so many bytes: they are kept until its answer is out, and
    /// the names in them once more for the access log.
    pub(crate) fn charge_request(&self, activity: &Activity, bytes: usize) {
        self.charge(activity, 2 * bytes + REQUEST_BYTES);
    }

    /// Charges a stranger's connection for bytes that the server holds, or may have to hold, on its account.
    pub(crate) fn charge(&self, activity: &Activity, bytes: usize) {
        if bytes == 0 || activity.is_proven() {
            return;
        }
        let mut inner = self.lock();
        let Some(member) = inner.members.get_mut(&activity.number) else { return };
        member.cost += bytes;
        if member.cost > 2 * self.limits.stranger_bytes {
            activity.tell(Told::Cut);
        } else if member.cost > self.limits.stranger_bytes {
            activity.tell(Told::Close);
        }
        let client = member.client;
        let strangers = inner.addresses.entry(client).or_default();
        strangers.cost += bytes;
        let too_much = strangers.cost > self.limits.stranger_bytes_per_address;
        inner.cost += bytes;
        if too_much {
            inner.cut_costliest(|member| member.client == client);
        }
        if inner.cost > self.limits.stranger_bytes_in_all {
            inner.cut_costliest(|_| true);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Cuts up to so many connections on which no verified caller waits: strangers first, the longest silent first.
    fn give_way(&mut self, most: usize, among: impl Fn(&Member) -> bool) {
        let free = |member: &&Member| among(member) && !member.activity.is_verified_at_work();
        let order = |member: &Member| (!member.stranger, member.activity.last_seen(), member.activity.number);
        let mut candidates: Vec<_> = self.members.values().filter(free).map(order).collect();
        let most = most.min(candidates.len());
        if most == 0 {
            return;
        }
        candidates.select_nth_unstable(most - 1);
        for (_, _, number) in candidates.drain(..most) {
            self.cut(number);
        }
    }

    fn cut_costliest(&mut self, among: impl Fn(&Member) -> bool) {
        let strangers = self.members.values().filter(|member| member.stranger && among(member));
        let number = strangers.max_by_key(|member| member.cost).map(|member| member.activity.number);
        if let Some(number) = number {
            self.cut(number);
        }
    }

    /// Its place is free at once; its descriptor is as soon as its task has run.
    fn cut(&mut self, number: u64) {
        if let Some(member) = self.members.get(&number) {
            member.activity.tell(Told::Cut);
        }
        self.remove(number);
    }

    fn remove(&mut self, number: u64) {
        let Some(member) = self.members.remove(&number) else { return };
        if member.stranger {
            self.forget_stranger(member.client, member.cost);
        }
    }

    fn forget_stranger(&mut self, client: IpAddr, cost: usize) {
        self.cost = self.cost.saturating_sub(cost);
        let Some(strangers) = self.addresses.get_mut(&client) else { return };
        strangers.connections -= 1;
        strangers.cost = strangers.cost.saturating_sub(cost);
        if strangers.connections == 0 {
            self.addresses.remove(&client);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> SocketAddr {
        SocketAddr::from(([10, 0, 0, last], 1))
    }

    fn crowd(change: impl FnOnce(&mut Limits)) -> Crowd {
        let mut limits = Limits::default();
        change(&mut limits);
        Crowd::new(limits)
    }

    #[test]
    fn the_longest_silent_stranger_gives_way_and_who_is_served_does_not() {
        let crowd = crowd(|limits| limits.max_connections = 3);
        let join = |last| crowd.join(address(last), false);
        let (proven, served, stranger) = (join(1).unwrap(), join(2).unwrap(), join(3).unwrap());
        crowd.prove(&proven);
        served.verify();
        let next = join(4).expect("the stranger gives way");
        assert_eq!([&proven, &served, &stranger].map(|one| one.told()), [Told::Nothing, Told::Nothing, Told::Cut]);
        next.verify();
        let last = join(5).expect("an idle connection of a proven caller gives way");
        assert_eq!(proven.told(), Told::Cut);
        last.verify();
        assert!(join(6).is_none(), "all others are being served");
        served.end(true);
        assert!(join(6).is_some());
    }

    #[test]
    fn strangers_of_one_address_give_way_to_each_other() {
        let crowd = crowd(|limits| limits.max_strangers_per_address = 2);
        let other = crowd.join(address(1), false).unwrap();
        let many: Vec<_> = (0..10).map(|_| crowd.join(address(2), false).unwrap()).collect();
        let left: Vec<_> = many.iter().map(|one| one.told() == Told::Nothing).collect();
        assert_eq!(left, [[false; 8].as_slice(), &[true; 2]].concat());
        assert_eq!(other.told(), Told::Nothing);
    }

    #[test]
    fn a_strangers_connection_costs_until_it_is_proven_or_closes() {
        let crowd = crowd(|limits| {
            limits.stranger_bytes = 10_000;
            limits.stranger_bytes_per_address = 25_000;
            limits.stranger_bytes_in_all = 40_000;
        });
        let join = |last| crowd.join(address(last), false).unwrap();
        let (one, costly, other) = (join(1), join(1), join(2));
        crowd.charge(&one, 9_000);
        assert_eq!(one.told(), Told::Nothing);
        crowd.charge(&costly, 12_000);
        assert_eq!(costly.told(), Told::Close);
        crowd.charge(&one, 5_000);
        assert_eq!((one.told(), costly.told()), (Told::Cut, Told::Close), "of one address, the costliest is cut");
        crowd.prove(&costly);
        crowd.charge(&costly, 1 << 20);
        assert_eq!((costly.told(), crowd.lock().cost), (Told::Close, 0));
        crowd.charge(&other, 20_001);
        assert_eq!(other.told(), Told::Cut, "twice the bound is cut");
        for one in [one, costly, other] {
            crowd.leave(&one);
        }
        let inner = crowd.lock();
        assert_eq!((inner.members.len(), inner.addresses.len(), inner.cost), (0, 0, 0), "nothing is left");
    }

    #[test]
    fn networks_of_ipv6_count_as_one_client_and_mapped_addresses_as_ipv4() {
        let of = |text: &str| client(SocketAddr::new(text.parse().unwrap(), 1));
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
    }
}
