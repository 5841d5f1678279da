// The height of the notice at the top of every page. What else sticks to the top stands below it.

class Notice {
  height = $state(0);

  /** Sets the height, in pixels; 0 without a notice. The styles have it as `--notice`. */
  take(height: number): void {
    this.height = height;
    document.documentElement.style.setProperty('--notice', `${height}px`);
  }
}

export const notice = new Notice();
