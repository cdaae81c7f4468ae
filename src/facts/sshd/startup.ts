// What sshd checks once all lines are read, before it starts (sshd.c, main): settings that do not go together.
import { type Source, wholeFile } from "../../core/source.js";
import type { SshdBuild } from "./build.js";
import { algorithmKeywords } from "./defaults.js";
import { inForce } from "./effective.js";
import type { Options } from "./options.js";
import { numericAddress } from "./patterns.js";
import type { Refusal } from "./program.js";
import { suitsFamily } from "./readers.js";

/** The keyword that must say yes for a method of AuthenticationMethods. */
const enabling: Readonly<Record<string, string>> = {
  publickey: "pubkeyauthentication",
  password: "passwordauthentication",
  "keyboard-interactive": "kbdinteractiveauthentication",
  hostbased: "hostbasedauthentication",
  "gssapi-with-mic": "gssapiauthentication",
  "gssapi-keyex": "gssapiauthentication",
};

function methodsReachable(options: Options, build: SshdBuild): boolean {
  const lists = options.values.get("authenticationmethods")?.texts ?? ["any"];
  if (lists[0] === "any") return true;
  return lists.some((list) =>
    list.split(",").every((method) => {
      const keyword = enabling[method.split(":", 1)[0] ?? ""];
      return keyword === undefined || inForce(keyword, options, build)?.[0] === "yes";
    }),
  );
}

/** Why sshd would not start although each line by itself is good. */
export function startupRefusals(options: Options, build: SshdBuild, main: string): readonly Refusal[] {
  const found: Refusal[] = [];
  const at = (name: string): Source => options.values.get(name)?.entries[0]?.source ?? wholeFile(main);
  const refuse = (name: string, message: string) => found.push({ message, source: at(name) });
  for (const [command, keyword] of [
    ["authorizedkeyscommand", "AuthorizedKeysCommand"],
    ["authorizedprincipalscommand", "AuthorizedPrincipalsCommand"],
  ] as const) {
    const value = options.values.get(command)?.texts[0] ?? "none";
    if (value.toLowerCase() !== "none" && !options.values.has(`${command}user`))
      refuse(command, `${keyword} is set without ${keyword}User`);
  }
  if (!methodsReachable(options, build))
    refuse(
      "authenticationmethods",
      "AuthenticationMethods cannot be satisfied by the enabled authentication methods",
    );
  for (const name of algorithmKeywords.keys())
    if (build.known && options.values.has(name) && inForce(name, options, build) === undefined)
      refuse(name, "the list leaves no algorithm");
  const family = options.values.get("addressfamily")?.texts[0] ?? "any";
  const addresses = options.values.get("listenaddress");
  for (const [index, text] of (addresses?.texts ?? []).entries()) {
    const host = text.split(" ", 1)[0] ?? "";
    // What is no address is looked up as a name; what cannot be one is not found.
    const nowhere = numericAddress(host) === undefined && !/^[A-Za-z0-9._-]+$/.test(host);
    if (nowhere || !suitsFamily(host, family))
      found.push({
        message: `bad addr or host: ${host} with AddressFamily ${family}`,
        source: addresses?.entries[index]?.source ?? wholeFile(main),
      });
  }
  return found;
}
