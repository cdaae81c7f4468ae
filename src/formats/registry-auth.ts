// The docker client's config.json and its kin, and the registries.yaml of k3s: whether it holds passwords of registries, and
// of which. Never the passwords.
import { parseYaml } from "./yaml.js";
import { type YamlNode, yamlGet } from "./yaml-node.js";

export interface RegistryAuth {
  /** Registries whose password stands in the file, in base64 at most. */
  readonly inTheClear: readonly string[];
  /** Registries left to a credential helper. */
  readonly byHelper: readonly string[];
}

const secret = ["auth", "password", "identitytoken", "registrytoken", "identity_token", "token"];

function holdsSecret(value: YamlNode | undefined): boolean {
  return secret.some((key) => {
    const found = yamlGet(value, key);
    if (found?.kind === "map" && key === "auth") return holdsSecret(found);
    return found?.kind === "scalar" && found.text !== "";
  });
}

/** Undefined where the text is no such file. `{"auths": …}`, the older `.dockercfg` without it, and k3s's `configs:`. */
export function parseRegistryAuth(text: string): RegistryAuth | undefined {
  const parsed = parseYaml(text);
  const root = parsed.state === "ok" ? parsed.documents[0] : undefined;
  if (root?.kind !== "map") return undefined;
  const [auths, helpers] = [yamlGet(root, "auths") ?? yamlGet(root, "configs"), yamlGet(root, "credHelpers")];
  const older = helpers === undefined ? root.entries : [];
  const entries = auths?.kind === "map" ? auths.entries : older;
  const inTheClear = entries.filter(({ value }) => holdsSecret(value)).map(({ key }) => key);
  return { inTheClear, byHelper: helpers?.kind === "map" ? helpers.entries.map(({ key }) => key) : [] };
}
