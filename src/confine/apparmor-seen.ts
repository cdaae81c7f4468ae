// Events of AppArmor gathered by profile: each access once, with how often it was seen. Makes no rule of them.
import type { AppArmorEvent } from "../formats/apparmor-event.js";
import type { FileNeed, Need, RuleNeed } from "./apparmor-access.js";
import { needsOf, withoutNull } from "./apparmor-need.js";

export interface Counted<T extends Need> {
  readonly need: T;
  readonly count: number;
}

export interface SeenProfile {
  readonly name: string;
  readonly files: readonly Counted<FileNeed>[];
  readonly rules: readonly Counted<RuleNeed>[];
  /** Entered by change_hat. */
  readonly isHat: boolean;
}

/** Different accesses kept of one profile, and profiles: what an honest recording has is far less. */
const accessLimit = 50_000;
const profileLimit = 2000;

interface Own {
  readonly files: Map<string, { need: FileNeed; count: number }>;
  readonly rules: Map<string, { readonly need: RuleNeed; count: number }>;
}

function both(a: FileNeed, b: FileNeed): FileNeed {
  const letters = new Set(a.permissions + b.permissions);
  if (letters.has("w")) letters.delete("a");
  return {
    ...a,
    permissions: [..."mrwaklx"].filter((one) => letters.has(one)).join(""),
    isOwner: a.isOwner && b.isOwner,
    isRoot: a.isRoot && b.isRoot,
    target: a.target === "" ? b.target : a.target,
  };
}

export class Seen {
  private readonly own = new Map<string, Own>();
  private readonly hats = new Set<string>();
  private readonly reasons = new Map<string, number>();
  /** Of processes that no profile confines. */
  unconfined = 0;

  /** `only`: of the profile of this name, its children and hats too; empty for all. */
  constructor(private readonly only: string) {}

  add(event: AppArmorEvent): void {
    if (event.namespace !== "") {
      this.gap(`events of the policy namespace ${event.namespace}: a profile there is another one`);
      return;
    }
    if (event.profile === "unconfined") {
      this.unconfined++;
      return;
    }
    const name = withoutNull(event.profile);
    if (this.only !== "" && name !== this.only && !name.startsWith(`${this.only}//`)) return;
    if (event.operation === "change_hat") this.hats.add(`${name}//${event.fields.get("name") ?? ""}`);
    const drawn = needsOf(event);
    if ("gap" in drawn) {
      this.gap(drawn.gap);
      return;
    }
    const own = this.own.get(name) ?? { files: new Map(), rules: new Map() };
    if (!this.own.has(name) && this.own.size >= profileLimit) {
      this.gap("more profiles than are kept");
      return;
    }
    this.own.set(name, own);
    for (const need of drawn.needs) this.keep(own, need);
  }

  private keep({ files, rules }: Own, need: Need): void {
    if (files.size + rules.size >= accessLimit) {
      this.gap(`more than ${accessLimit} different accesses of one profile`);
      return;
    }
    if (need.kind !== "file") {
      const key = JSON.stringify(need);
      const found = rules.get(key);
      if (found === undefined) rules.set(key, { need, count: 1 });
      else found.count++;
      return;
    }
    // A link is a rule by itself, on both of its names; a start leads to one profile or another.
    const isPair = need.permissions.includes("l");
    const target = need.target.includes("//null-") ? "" : need.target;
    const key = isPair ? `${need.path}\0${target}` : need.path;
    const found = files.get(key);
    if (found === undefined) {
      files.set(key, { need: { ...need, target }, count: 1 });
      return;
    }
    if (!isPair && target !== "" && found.need.target !== "" && found.need.target !== target)
      this.gap(`${need.path} was started in several profiles: the first is taken`);
    found.need = both(found.need, { ...need, target });
    found.count++;
  }

  private gap(reason: string): void {
    if (this.reasons.size < 200 || this.reasons.has(reason))
      this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }

  get gaps(): readonly string[] {
    return [...this.reasons].map(([reason, count]) => (count === 1 ? reason : `${reason} (${count} times)`));
  }

  profiles(): readonly SeenProfile[] {
    return [...this.own]
      .map(([name, { files, rules }]) => ({
        name,
        files: [...files.values()],
        rules: [...rules.values()],
        isHat: this.hats.has(name),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
