//! Work on all processors, with results that do not depend on their number.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Items below this number are worked on in one thread: starting more would take longer.
const MANY: usize = 1_000;

/// The results for the items `0..count`, in order.
pub(crate) fn map<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    if count < MANY || processors == 1 {
        return (0..count).map(work).collect();
    }
    // Small portions even out that some items take longer than others.
    let size = count.div_ceil(processors * 8);
    let next = AtomicUsize::new(0);
    let mut done: Vec<(usize, Vec<T>)> = std::thread::scope(|scope| {
        let worker = || {
            let mut own = Vec::new();
            loop {
                let start = next.fetch_add(1, Ordering::Relaxed) * size;
                if start >= count {
                    return own;
                }
                let end = (start + size).min(count);
                own.push((start, (start..end).map(&work).collect()));
            }
        };
        let workers: Vec<_> = (0..processors).map(|_| scope.spawn(worker)).collect();
        let joined = workers.into_iter().map(|worker| match worker.join() {
            Ok(own) => own,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.flatten().collect()
    });
    done.sort_by_key(|(start, _)| *start);
    done.into_iter().flat_map(|(_, results)| results).collect()
}
