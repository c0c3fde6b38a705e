//! Readers, deletions, copies and the reclaimer, tried in many orders: nothing is freed under a reader.

use shuttle::{future, thread};

use super::*;

/// Orders that are tried of each model.
const ORDERS: usize = 3000;

fn content() -> Id {
    Id::from_bytes([7; 16])
}

/// A content that two records may name, and whether it was freed.
#[derive(Default)]
struct Named {
    x: bool,
    y: bool,
    freed: bool,
}

type World = Arc<Mutex<Named>>;

/// Opens what the record `y` names, and reads it.
fn read(world: &World, readers: &Readers) {
    let entrance = readers.enter();
    let found = world.lock().y;
    if found {
        let hold = entrance.hold(content());
        for _ in 0..2 {
            thread::yield_now();
            assert!(!world.lock().freed, "it was freed under a reader");
        }
        drop(hold);
    }
}

/// Looks at the content as the reclaimer does, or with its two questions the other way round.
fn reclaim(world: &World, readers: &Readers, owners_first: bool) {
    let has_owner = || {
        let named = world.lock();
        named.x || named.y
    };
    let is_unread = || !future::block_on(readers.unread(vec![content()], |id| *id)).is_empty();
    let is_free = match owners_first {
        true => !has_owner() && is_unread(),
        false => is_unread() && !has_owner(),
    };
    if is_free {
        world.lock().freed = true;
    }
}

fn model(owners_first: bool) {
    let (world, readers) = (World::default(), Readers::default());
    world.lock().x = true;
    let spawn = |run: Box<dyn FnOnce(World, Readers) + Send>| {
        let (world, readers) = (world.clone(), readers.clone());
        thread::spawn(move || run(world, readers))
    };
    let threads = [
        spawn(Box::new(|world, _| {
            // A copy: a new owner comes only from one that is there.
            let mut named = world.lock();
            named.y = named.x;
        })),
        spawn(Box::new(|world, _| {
            world.lock().x = false;
            world.lock().y = false;
        })),
        spawn(Box::new(|world, readers| read(&world, &readers))),
        spawn(Box::new(move |world, readers| (0..2).for_each(|_| reclaim(&world, &readers, owners_first)))),
    ];
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn nothing_is_freed_under_a_reader() {
    shuttle::check_random(|| model(true), ORDERS);
    shuttle::check_pct(|| model(true), ORDERS, 3);
}

/// So the model above can fail.
#[test]
#[should_panic(expected = "it was freed under a reader")]
fn asked_the_other_way_round_something_is() {
    shuttle::check_random(|| model(false), ORDERS);
}
