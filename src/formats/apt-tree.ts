// The configuration of apt as statements merge into it (configuration.cc of apt-pkg). Reads no text, follows no include.

/** A value, and where it comes from. */
export interface AptValue<P> {
  readonly value: string;
  readonly place: P;
}

interface Node<P> {
  readonly tag: string;
  readonly children: Node<P>[];
  /** Children by name without regard to case; items of a list have no name. */
  readonly named: Map<string, Node<P>>;
  held: AptValue<P> | undefined;
}

function nodeOf<P>(tag: string): Node<P> {
  return { tag, children: [], named: new Map(), held: undefined };
}

// Names are ASCII; apt folds case byte by byte.
function folded(tag: string): string {
  return tag.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** As apt splits a name: right after a `::` it does not look for the next, so that `A::::` is `::` in `A`. */
function tagsOf(name: string): readonly string[] {
  const tags: string[] = [];
  let start = 0;
  for (let gap = name.indexOf("::"); gap >= 0; gap = name.indexOf("::", start + 1)) {
    tags.push(name.slice(start, gap));
    start = gap + 2;
  }
  return [...tags, name.slice(start)];
}

/** Values by name; a name that ends with `::` adds an item to a list. `P` says where a value was written. */
export class AptTree<P> {
  private readonly root = nodeOf<P>("");

  set(name: string, value: string, place: P): void {
    const tags = tagsOf(name);
    let node = this.root;
    for (const tag of tags) node = this.child(node, tag);
    node.held = { value, place };
  }

  /** `#clear NAME`: the value and all below it. */
  clear(name: string): void {
    const node = this.find(name);
    if (node === undefined) return;
    node.held = undefined;
    node.children.length = 0;
    node.named.clear();
  }

  get(name: string): AptValue<P> | undefined {
    return this.find(name)?.held;
  }

  /** The values below a name, in order: items of a list, and members with names. */
  list(name: string): readonly AptValue<P>[] {
    return (this.find(name)?.children ?? []).flatMap(({ held }) => (held === undefined ? [] : [held]));
  }

  /** Every value with its full name, as `apt-config dump` prints them. */
  dump(): readonly (readonly [string, string])[] {
    const found: (readonly [string, string])[] = [];
    const visit = (node: Node<P>, path: string): void => {
      for (const child of node.children) {
        const name = path === "" ? child.tag : `${path}::${child.tag}`;
        found.push([name, child.held?.value ?? ""]);
        visit(child, name);
      }
    };
    visit(this.root, "");
    return found;
  }

  private find(name: string): Node<P> | undefined {
    let node: Node<P> | undefined = this.root;
    for (const tag of tagsOf(name)) node = tag === "" ? undefined : node?.named.get(folded(tag));
    return node;
  }

  private child(node: Node<P>, tag: string): Node<P> {
    const before = tag === "" ? undefined : node.named.get(folded(tag));
    if (before !== undefined) return before;
    const made = nodeOf<P>(tag);
    node.children.push(made);
    if (tag !== "") node.named.set(folded(tag), made);
    return made;
  }
}
