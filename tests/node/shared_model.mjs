// A model that workers share while it is replaced. In `cell`: whether they are to stop, and the model's ticket.

/** A cell, for the workers that share what exchange() puts there. */
export function newCell() {
  return new Int32Array(new SharedArrayBuffer(8));
}

export function isOver(cell) {
  return Atomics.load(cell, 0) !== 0;
}

/** The model whose ticket stands in the cell, which may have been replaced in between. */
export function sharedModel({ loadShared }, cell) {
  for (;;) {
    try {
      return loadShared(Atomics.load(cell, 1));
    } catch (error) {
      if (error.code !== 'LSC_NOT_FOUND') throw error;
    }
  }
}

/** Share models of the bundles by turns, so many times and `pauseMs` apart, among workers that `start` begins;
 * the last one is the caller's to close, when the workers have ended. */
export async function exchange({ loadModel }, cell, { bundles, times, pauseMs, start }) {
  let current = loadModel(bundles[0]);
  Atomics.store(cell, 1, current.share());
  const workers = start();
  for (let i = 1; i <= times; i++) {
    const next = loadModel(bundles[i % bundles.length]);
    Atomics.store(cell, 1, next.share());
    current.close();
    current = next;
    await new Promise((done) => setTimeout(done, pauseMs));
  }
  Atomics.store(cell, 0, 1);
  return { last: current, answers: await Promise.all(workers) };
}
