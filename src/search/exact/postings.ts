import type { IndexItem, ItemFilter } from '../vectorIndex.ts';

/**
 * Lists of the slots that hold each label, and each value of a key of the metadata. The first filter on the labels or
 * on a key makes its lists; changes of items then keep them up.
 */
export interface Postings {
  /** The item of a slot is new, or replaces `before`. */
  put(slot: number, before: IndexItem | undefined): void;
  remove(item: IndexItem): void;
  /**
   * Slots among which are all items that the label and the metadata of a filter pick, ascending; `exact` where no other
   * slots are among them. Undefined if the filter has neither.
   */
  narrow(filter: ItemFilter): { slots: readonly number[]; exact: boolean } | undefined;
}

/** Keys of the metadata that have lists at a time. */
const mostKeys = 64;

type Value = string | number | boolean | null;

interface Posting {
  slots: number[];
  /** Whether some of the slots may have another value by now, come twice or not in their order. */
  untidy: boolean;
}

/** One of the fields that filters look at: the labels, or a key of the metadata. */
interface Field {
  valueIn(item: IndexItem): Value | undefined;
  readonly byValue: Map<Value, Posting>;
}

/** Postings of the items that `items` gives by their slots. */
export function createPostings(items: () => readonly (IndexItem | undefined)[]): Postings {
  let labels: Field | undefined;
  const keys = new Map<string, Field>();
  const fields = (): Field[] => [...(labels ? [labels] : []), ...keys.values()];

  const made = (valueIn: Field['valueIn']): Field => {
    const field: Field = { valueIn, byValue: new Map() };
    items().forEach((item, slot) => {
      if (item !== undefined) note(field, valueIn(item), slot);
    });
    return field;
  };
  const slotsOf = ({ valueIn, byValue }: Field, value: Value): readonly number[] => {
    const posting = byValue.get(value);
    if (posting?.untidy) {
      const holds = (slot: number): boolean => {
        const item = items()[slot];
        return item !== undefined && valueIn(item) === value;
      };
      posting.slots = ascending(new Set(posting.slots.filter(holds)));
      posting.untidy = false;
      if (posting.slots.length === 0) byValue.delete(value);
    }
    return posting?.slots ?? [];
  };
  const keyField = (key: string): Field => {
    let field = keys.get(key);
    if (!field) {
      field = made(({ metadata }) => plainValue(metadata, key));
      const [oldest] = keys.keys();
      if (keys.size === mostKeys && oldest !== undefined) keys.delete(oldest);
      keys.set(key, field);
    }
    return field;
  };

  return {
    put(slot, before) {
      const item = items()[slot]!;
      for (const field of fields()) {
        const value = field.valueIn(item);
        const old = before && field.valueIn(before);
        if (before && value === old) continue;
        disturb(field, old);
        note(field, value, slot);
      }
    },
    remove(item) {
      for (const field of fields()) disturb(field, field.valueIn(item));
    },
    narrow({ label, metadata = {} }) {
      const lists: (readonly number[])[] = [];
      if (label !== undefined) {
        labels ??= made((item) => item.label);
        const field = labels;
        const some = [...new Set([label].flat())].map((value) => slotsOf(field, value));
        lists.push(some.length === 1 ? some[0]! : ascending(some.flat()));
      }
      for (const [key, value] of Object.entries(metadata)) {
        lists.push(slotsOf(keyField(key), value));
      }
      const [slots] = lists.sort((a, b) => a.length - b.length);
      return slots && { slots, exact: lists.length === 1 };
    },
  };
}

/** Adds a slot to the list of a value. */
function note({ byValue }: Field, value: Value | undefined, slot: number): void {
  if (value === undefined) return;
  const posting = byValue.get(value);
  if (!posting) {
    byValue.set(value, { slots: [slot], untidy: false });
    return;
  }
  if (posting.slots.at(-1)! >= slot) posting.untidy = true;
  posting.slots.push(slot);
}

function disturb({ byValue }: Field, value: Value | undefined): void {
  const posting = value === undefined ? undefined : byValue.get(value);
  if (posting) posting.untidy = true;
}

/** A value that a filter can name. */
function plainValue(metadata: IndexItem['metadata'], key: string): Value | undefined {
  const value = metadata && Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  return typeof value === 'object' && value !== null ? undefined : (value as Value | undefined);
}

function ascending(slots: Iterable<number>): number[] {
  return Array.from(Int32Array.from(slots).sort());
}
