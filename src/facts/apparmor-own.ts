// The AppArmor policy files that somebody on this node answers for: neither a package's nor one of nodeward's own as shipped. Judges none.
import { absent, failed, known } from "../core/fact.js";
import type { PolicyRules } from "../formats/apparmor-rules.js";
import { apparmorFiles, type DiskPolicy } from "./apparmor-files.js";
import { shippedPolicies } from "./apparmor-wanted.js";
import { packageOwners } from "./package-owners.js";
import { packages } from "./packages.js";
import type { FactSource } from "./source.js";

export interface JudgedPolicy {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  readonly rules: PolicyRules;
}

export interface OwnPolicies {
  readonly judged: readonly JudgedPolicy[];
  /** What every file of the node that boot loads is for. */
  readonly others: readonly { readonly name: string; readonly attach: string; readonly file: string }[];
  /** The version of the parser's package. */
  readonly parser: string | undefined;
  /** Files of packages, and those of nodeward as shipped. */
  readonly passedOver: number;
  readonly unread: readonly string[];
}

/** The runtimes load their default only where no profile of the name is there: a weak one takes its place for every container. */
const runtimeDefaults: ReadonlySet<string> = new Set([
  "cri-containerd.apparmor.d",
  "crio-default",
  "docker-default",
]);

function isRuntimeDefault({ profiles }: DiskPolicy): boolean {
  return profiles.some(({ name }) => runtimeDefaults.has(name));
}

export const apparmorOwn: FactSource<OwnPolicies> = {
  title: "AppArmor policy files that no package brought (/etc/apparmor.d)",
  async gather(host, ask) {
    const [files, installed] = await Promise.all([ask(apparmorFiles), ask(packages)]);
    if (files.state === "absent") return absent(files.reason);
    if (files.state !== "known") return failed(files.reason);
    const active = files.value.files.filter(({ disabled, isRead }) => isRead && disabled === undefined);
    const texts = new Set(shippedPolicies().map(({ text }) => text));
    const others = active.filter(({ text }) => !texts.has(text));
    const paths = others.map(({ path }) => path);
    const owners = await packageOwners(host, ask, paths, new Set(["apparmor"]));
    if (owners.state === "error") return failed(owners.reason);
    const brought = owners.state === "known" ? owners.value : new Map<string, string>();
    const judged = others.filter((one) => !brought.has(one.path) || isRuntimeDefault(one));
    const version = installed.state === "known" ? installed.value.get("apparmor")?.version : undefined;
    return known({
      judged: judged.map(({ name, path, text, rules }) => ({ name, path, text, rules: rules() })),
      others: active.flatMap(({ path, attachments }) => attachments.map((one) => ({ ...one, file: path }))),
      parser: version?.replace(/^\d+:/, ""),
      passedOver: active.length - judged.length,
      unread: [...files.value.unlisted, ...files.value.unread],
    });
  },
};
