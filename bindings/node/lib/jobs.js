'use strict';
// Jobs that take long, in threads of their own: told of, and stopped.
const { LeadscoreError, kindOf, refuse } = require('./errors');
const native = require('./native');

const OPTIONS = ['progress', 'signal'];

let endsWithProgram = false;

// A program that ends does not wait for its jobs, and none may be at work while it is taken down.
function endWithProgram() {
  if (!endsWithProgram) {
    endsWithProgram = true;
    process.once('exit', () => native.endThreads());
  }
}

function cancelled(cause) {
  const error = new LeadscoreError('it was stopped by its signal', 'LSC_CANCELLED', 14);
  error.cause = cause;
  return error;
}

/** Whoever made it: a polyfill's is one, too. */
function isSignal(value) {
  return typeof value?.aborted === 'boolean' && typeof value.addEventListener === 'function' &&
    typeof value.removeEventListener === 'function';
}

function checkWatch(progress, signal) {
  if (progress !== undefined && typeof progress !== 'function') {
    refuse(`progress is ${kindOf(progress)}, must be a function`);
  }
  if (signal !== undefined && !isSignal(signal)) {
    refuse(`signal is ${kindOf(signal)}, must be an AbortSignal`);
  }
  if (signal?.aborted) {
    throw cancelled(signal.reason);
  }
}

/**
 * The promise of a job. `start(flag, tell)` begins it; `news(stage, done, all)` makes of what the addon tells
 * what `progress` is called with.
 */
async function watched({ progress, signal }, news, start) {
  checkWatch(progress, signal);
  const flag = new Int32Array(1); // the job looks at it
  let thrown = null;
  let settled = false;
  function tell(stage, done, all) {
    if (thrown !== null || settled) {
      return;
    }
    try {
      if (progress(news(stage, done, all)) === false) {
        flag[0] = 1;
      }
    } catch (error) {
      thrown = { error };
      flag[0] = 1;
    }
  }
  function stop() {
    flag[0] = 1;
  }
  endWithProgram();
  signal?.addEventListener('abort', stop);
  let failure = null;
  let answer;
  try {
    answer = await start(flag, progress && tell);
  } catch (error) {
    failure = { error: signal?.aborted && error?.code === 'LSC_CANCELLED' ? cancelled(signal.reason) : error };
  }
  settled = true;
  signal?.removeEventListener('abort', stop);
  if (thrown !== null || failure !== null) {
    throw (thrown ?? failure).error;
  }
  return answer;
}

module.exports = { OPTIONS, watched };
