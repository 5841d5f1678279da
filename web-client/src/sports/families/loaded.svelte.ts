// The families once they are loaded. What reads them is drawn again then.
import type { Family } from './families';
import type { JsonObject } from '../../lib/wire';

let familyOf = $state.raw<((data: JsonObject) => Family | null) | null>(null);
let loading: Promise<void> | null = null;

/** Loads the families. Rejects without a connection; another call tries again. */
export function loadFamilies(): Promise<void> {
  loading ??= import('./families')
    .then((module) => {
      familyOf = module.familyOf;
    })
    .finally(() => {
      loading = null;
    });
  return loading;
}

/** The family of a state; null if it has none or none is loaded. */
export function loadedFamilyOf(data: JsonObject): Family | null {
  return familyOf?.(data) ?? null;
}
