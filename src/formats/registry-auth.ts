// The docker client's config.json and its kin: whether it holds passwords of registries, and of which. Never the passwords.
import { parseYaml } from "./yaml.js";
import { yamlGet } from "./yaml-node.js";

export interface RegistryAuth {
  /** Registries whose password stands in the file, in base64 at most. */
  readonly inTheClear: readonly string[];
  /** Registries left to a credential helper. */
  readonly byHelper: readonly string[];
}

const secret = ["auth", "password", "identitytoken", "registrytoken"];

/** Undefined where the text is no such file. Both `{"auths": …}` and the older `.dockercfg` without it. */
export function parseRegistryAuth(text: string): RegistryAuth | undefined {
  const parsed = parseYaml(text);
  const root = parsed.state === "ok" ? parsed.documents[0] : undefined;
  if (root?.kind !== "map") return undefined;
  const [auths, helpers] = [yamlGet(root, "auths"), yamlGet(root, "credHelpers")];
  const older = helpers === undefined ? root.entries : [];
  const entries = auths?.kind === "map" ? auths.entries : older;
  const inTheClear = entries
    .filter(({ value }) =>
      secret.some((key) => {
        const found = yamlGet(value, key);
        return found?.kind === "scalar" && found.text !== "";
      }),
    )
    .map(({ key }) => key);
  return { inTheClear, byHelper: helpers?.kind === "map" ? helpers.entries.map(({ key }) => key) : [] };
}
