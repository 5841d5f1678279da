// Tells whether an element is on the screen.

interface Watch {
  /** Called with whether any part of the element is on the screen, at first and after each change. */
  tell: (isSeen: boolean) => void;
  /** How many pixels at the top of the screen are covered. */
  covered?: number;
}

/** A Svelte action. */
export function inSight(element: HTMLElement, { tell, covered = 0 }: Watch) {
  const watch = (top: number) => {
    const observer = new IntersectionObserver((entries) => tell(entries.at(-1)?.isIntersecting ?? false), { rootMargin: `-${Math.round(top)}px 0px 0px` });
    observer.observe(element);
    return observer;
  };
  let now = covered;
  let observer = watch(now);
  return {
    update({ covered: next = 0 }: Watch) {
      if (next === now) return;
      observer.disconnect();
      now = next;
      observer = watch(now);
    },
    destroy: () => observer.disconnect(),
  };
}
