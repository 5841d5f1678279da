// Runs actions one after another, in the order in which they were asked for.

export type InTurn = <T>(act: () => Promise<T>) => Promise<T>;

/** A new queue of actions. One that fails does not stop those after it. */
export function inTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve();
  return (act) => {
    const done = last.then(act);
    last = done.catch(() => {});
    return done;
  };
}
