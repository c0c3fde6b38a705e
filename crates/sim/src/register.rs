//! What a reader may see of one thing that several write: the model's smallest piece.
//!
//! A write takes effect at some moment between its request and its answer. So a read may give the value of any write that
//! had begun when the read ended, unless another one, that surely took effect, lies wholly between that write and the read.
//! A write without an answer took effect or not; until the server's life ends it still may.

/// The order of events: requests and answers take a tick each.
pub type Tick = u64;

/// Names a write that is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(Tick);

#[derive(Clone, Debug)]
struct Written<V> {
    value: V,
    began: Tick,
    named: Tick,
    /// `None` while it may still take effect.
    ended: Option<Tick>,
    /// It surely took effect.
    sure: bool,
}

/// One thing, and all values that it may have.
#[derive(Clone, Debug)]
pub struct Register<V>(Vec<Written<V>>);

impl<V: PartialEq + Clone> Register<V> {
    /// A thing that has had this value from the start.
    pub fn new(value: V) -> Self {
        Self(vec![Written { value, began: 0, named: 0, ended: Some(0), sure: true }])
    }

    /// A write is asked for.
    pub fn begin(&mut self, value: V, now: Tick) -> Ticket {
        self.begin_at(value, now, now)
    }

    /// A write that is told of late: it began at `began`, and is named by a tick of its own.
    pub fn begin_at(&mut self, value: V, began: Tick, named: Tick) -> Ticket {
        self.0.push(Written { value, began, named, ended: None, sure: false });
        Ticket(named)
    }

    /// It was answered with success.
    pub fn done(&mut self, ticket: Ticket, now: Tick) {
        if let Some(written) = self.0.iter_mut().find(|written| written.named == ticket.0) {
            (written.ended, written.sure) = (Some(now), true);
        }
    }

    /// It was refused: it has no effect.
    pub fn refused(&mut self, ticket: Ticket) {
        self.0.retain(|written| written.named != ticket.0);
    }

    /// The server's life is over: what is not answered has taken effect or never will.
    pub fn settle(&mut self, now: Tick) {
        for written in &mut self.0 {
            written.ended.get_or_insert(now);
        }
        let gone: Vec<bool> = self.0.iter().map(|written| self.is_gone(written, now + 1)).collect();
        let mut gone = gone.into_iter();
        self.0.retain(|_| !gone.next().unwrap_or(false));
    }

    /// The values that a read may give that was asked for at `began` and is answered now.
    pub fn possible(&self, began: Tick) -> impl Iterator<Item = &V> {
        self.0.iter().filter(move |written| !self.is_gone(written, began)).map(|written| &written.value)
    }

    /// Whether a read may give a value that fits.
    pub fn may(&self, began: Tick, fits: impl Fn(&V) -> bool) -> bool {
        self.possible(began).any(fits)
    }

    /// The value, if there is only one that it can have.
    pub fn only(&self, began: Tick) -> Option<&V> {
        let mut possible = self.possible(began);
        let first = possible.next()?;
        possible.all(|other| other == first).then_some(first)
    }

    /// A read gave this, while nobody else read or wrote: nothing else is possible from now on.
    pub fn saw(&mut self, value: &V, began: Tick, now: Tick) {
        let quiet = self.0.iter().all(|written| written.ended.is_some_and(|ended| ended < began));
        if quiet {
            self.0 = vec![Written { value: value.clone(), began, named: now, ended: Some(now), sure: true }];
        }
    }

    fn is_gone(&self, written: &Written<V>, began: Tick) -> bool {
        let Some(ended) = written.ended else { return false };
        self.0.iter().any(|other| other.sure && other.began > ended && other.ended.is_some_and(|ended| ended < began))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(register: &Register<u8>, began: Tick) -> Vec<u8> {
        register.possible(began).copied().collect()
    }

    #[test]
    fn an_answered_write_is_all_that_can_be_read() {
        let mut register = Register::new(0);
        let first = register.begin(1, 1);
        assert_eq!(values(&register, 2), [0, 1]);
        register.done(first, 3);
        assert_eq!((values(&register, 2), values(&register, 4)), (vec![0, 1], vec![1]));
        let refused = register.begin(2, 5);
        register.refused(refused);
        assert_eq!(register.only(6), Some(&1));
    }

    #[test]
    fn writes_side_by_side_end_in_any_order() {
        let mut register = Register::new(0);
        let (first, second) = (register.begin(1, 1), register.begin(2, 2));
        register.done(first, 3);
        assert_eq!(values(&register, 4), [1, 2]);
        register.done(second, 5);
        assert_eq!(values(&register, 6), [1, 2]);
        register.saw(&1, 6, 7);
        assert_eq!(values(&register, 8), [1]);
    }

    #[test]
    fn a_lost_answer_allows_both_until_somebody_looks() {
        let mut register = Register::new(0);
        let _ = register.begin(1, 1);
        register.saw(&0, 2, 3);
        assert_eq!(values(&register, 4), [0, 1], "it may still come");
        register.settle(5);
        assert_eq!(values(&register, 6), [0, 1]);
        register.saw(&1, 6, 7);
        assert_eq!(values(&register, 8), [1]);
    }
}
