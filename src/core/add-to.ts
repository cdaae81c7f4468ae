// Lists under keys that grow one by one. Sorts nothing.

/** Puts `value` behind what `key` has; the list is not copied, however long it becomes. */
export function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
