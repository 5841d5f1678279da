// Makes a figure that changes be seen to change: a light goes up behind it and fades.

/** An action: `value` is what the element shows; the light is its layer `::after`, so that opacity alone is animated. */
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
