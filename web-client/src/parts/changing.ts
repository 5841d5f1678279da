// Highlights a value when it changes: a light behind it fades in and out.

/** A Svelte action. `value` is the value that the element shows. The light is the element's `::after`, so only opacity is animated. */
export function changing(element: HTMLElement, value: unknown) {
  let before = JSON.stringify(value);
  element.classList.add('changing');
  return {
    update(value: unknown) {
      const now = JSON.stringify(value);
      if (now === before) return;
      before = now;
      if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
      element.animate({ opacity: [0.4, 0] }, { duration: 1_600, easing: 'ease-out', pseudoElement: '::after' });
    },
  };
}
