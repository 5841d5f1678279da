// What all charts share: the colours of the page, its axes, and following the size of their place.
import type uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

/** A colour of the page. It is read at every draw, so that the chart follows a change between light and dark. */
export const colour = (name: string) => () => getComputedStyle(document.documentElement).getPropertyValue(name);

export const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 } };

export const widthOf = (place: HTMLElement) => Math.max(120, place.clientWidth);

/** Draws the charts again when the colours change or the place gets another width. Returns what ends that, and the charts. */
export function follow(charts: readonly uPlot[], place: HTMLElement, height: number): () => void {
  const redraw = () => charts.forEach((chart) => chart.redraw());
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const size = new ResizeObserver(() => charts.forEach((chart) => chart.setSize({ width: widthOf(place), height })));
  size.observe(place);
  dark.addEventListener('change', redraw);
  return () => {
    size.disconnect();
    dark.removeEventListener('change', redraw);
    charts.forEach((chart) => chart.destroy());
  };
}
