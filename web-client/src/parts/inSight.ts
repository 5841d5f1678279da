// Tells whether an element is on the screen.

/**
 * An attachment. It calls `tell` with whether any part of the element is on the screen, at first and after each change.
 * `covered` is how many pixels at the top of the screen are covered.
 */
export function inSight(tell: (isSeen: boolean) => void, covered = 0) {
  return (element: Element): (() => void) => {
    const observer = new IntersectionObserver((entries) => tell(entries.at(-1)?.isIntersecting ?? false), { rootMargin: `-${Math.round(covered)}px 0px 0px` });
    observer.observe(element);
    return () => observer.disconnect();
  };
}
