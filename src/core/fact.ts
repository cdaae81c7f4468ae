// What is so on the node, or why we cannot say. Not the facts themselves (facts/).

export type Fact<T> =
  | { readonly state: "known"; readonly value: T }
  | { readonly state: "absent"; readonly reason: string }
  | { readonly state: "error"; readonly reason: string };

export function known<T>(value: T): Fact<T> {
  return { state: "known", value };
}

/** The subject is not on this node: its checks are not applicable. */
export function absent(reason: string): Fact<never> {
  return { state: "absent", reason };
}

/** The subject is there and could not be read: its checks are errors. */
export function failed(reason: string): Fact<never> {
  return { state: "error", reason };
}
