// Long work as a generator: it is done a step at a time, and whoever runs it decides what happens
// between two of them. The steps themselves know nothing of time.

/** Does all of it without a pause. */
export function atOnce<T>(steps: Iterator<void, T, undefined>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}
