// Work in steps that may each be done at once or later, written once for both. At once it takes no turn of the event loop,
// so that requests made together do not open the same directories side by side. Knows no system call.

export type Later<T> = T | Promise<T>;

/** A piece of work that gives out what it has to wait for. */
export type Steps<T> = Generator<Promise<unknown>, T, void>;

/** The value of one step: `yield* settled(open(…))`. */
export function* settled<T>(work: Later<T>): Steps<T> {
  if (!(work instanceof Promise)) return work;
  const box: { value?: T } = {};
  yield work.then((value) => {
    box.value = value;
  });
  if (!("value" in box)) throw new Error("a step went on before it was done");
  return box.value;
}

/** Does the work, waiting only where there is something to wait for. */
export async function carryOut<T>(work: Steps<T>): Promise<T> {
  let step = work.next();
  while (step.done !== true) {
    const failure = await step.value.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    step = failure === undefined ? work.next() : work.throw(failure.error);
  }
  return step.value;
}
