// Preloaded into a role (`node --import`): its wall clock jumps a day ahead and a day back, again and
// again, as no clock should. Monotonic time goes on as ever.

const dayMs = 86_400_000;
const systemNowMs = Date.now.bind(Date);
let jumpMs = dayMs;
setInterval(() => (jumpMs = -jumpMs), 300).unref();

class JumpingDate extends Date {
  /** @param {[] | [string | number | Date]} given */
  constructor(...given) {
    if (given.length === 0) super(systemNowMs() + jumpMs);
    else super(given[0]);
  }

  /** @override */
  static now() {
    return systemNowMs() + jumpMs;
  }
}

Reflect.set(globalThis, "Date", JumpingDate);
