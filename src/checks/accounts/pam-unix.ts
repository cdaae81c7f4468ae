// accounts.pam-unix: the module that knows local passwords lets nobody in without one and hashes new ones well.
import { notApplicable } from "../../core/outcome.js";
import { words } from "../../core/param.js";
import { place } from "../../core/source.js";
import type { PamStack, PamStep } from "../../facts/pam.js";
import { defineCheck } from "../define.js";
import { argOf, moduleOf, stacksOf, takesAnother } from "./pam-steps.js";

const hashes = ["yescrypt", "gost_yescrypt", "sha512", "sha256", "blowfish", "bigcrypt", "md5"] as const;

function unixOf(stack: PamStack, type: "auth" | "password"): readonly PamStep[] {
  return stack.of(type).filter((step) => moduleOf(step) === "pam_unix");
}

/** Modules that a login passes whoever it is: a `required` one of them keeps nobody out. */
const askNothing: ReadonlySet<string> = new Set([
  "pam_env",
  "pam_faildelay",
  "pam_faillock",
  "pam_group",
  "pam_keyinit",
  "pam_nologin",
  "pam_permit",
  "pam_securetty",
  "pam_warn",
]);

function actionOn({ control }: PamStep, answer: string): string {
  if (control.kind === "table") return control.actions.get(answer) ?? control.actions.get("default") ?? "bad";
  if (control.word === "sufficient") return answer === "success" ? "done" : "ignore";
  return control.word === "optional" || answer === "success" ? "ok" : "bad";
}

/** Lines of pam_permit that end the questions before anything that can refuse was asked (pam.conf(5), "done"). */
function openDoors(stack: PamStack): readonly PamStep[] {
  const steps = stack.of("auth");
  const refuses = (step: PamStep) =>
    !askNothing.has(moduleOf(step)) && ["bad", "die"].includes(actionOn(step, "auth_err"));
  const first = steps.findIndex(refuses);
  const before = first < 0 ? steps : steps.slice(0, first);
  return before.filter((step) => moduleOf(step) === "pam_permit" && actionOn(step, "success") === "done");
}

function judge(step: PamStep, type: "auth" | "password", methods: readonly string[]): readonly string[] {
  const where = place(step.source);
  const method = hashes.find((name) => step.args.includes(name));
  return [
    ...(argOf(step, "nullok") === undefined
      ? []
      : [`${where} lets accounts in that have no password (nullok)`]),
    ...(type === "password" && method !== undefined && !methods.includes(method)
      ? [`${where} hashes new passwords with ${method}`]
      : []),
    ...(argOf(step, "remember") === undefined
      ? []
      : [`${where} keeps former passwords with a weak hash (remember)`]),
  ];
}

export default defineCheck({
  id: "accounts.pam-unix",
  title: "Local passwords are asked for, and hashed well",
  why: "With nullok an empty password field is an open door, and a weak method makes every new hash an easy one.",
  remedy:
    "Take `nullok` and `remember` from the pam_unix lines and give its password line use_authtok and yescrypt or sha512 (Debian: in a profile, then `pam-auth-update`).",
  severity: "medium",
  risk: "none",
  fixable: false,
  needs: ["pam"],
  params: {
    methods: words(["yescrypt", "gost_yescrypt", "sha512"], "a list of pam_unix methods"),
    services: words(["login", "sshd", "su", "sudo", "passwd"], "a list of PAM services"),
  },
  evaluate({ pam }, { methods, services }) {
    const { stacks, unknowns } = stacksOf(pam, services);
    const steps = (["auth", "password"] as const).flatMap((type) =>
      stacks.flatMap((stack) => unixOf(stack, type).map((step) => ({ type, step }))),
    );
    const doors = stacks.flatMap(openDoors);
    if (steps.length === 0 && doors.length === 0 && unknowns.length === 0)
      return notApplicable(`none of ${services.join(", ")} asks for local passwords through PAM`);
    const another = stacks.flatMap((stack) => {
      const all = stack.of("password");
      return all
        .filter((step, at) => moduleOf(step) === "pam_unix" && takesAnother(all, at))
        .map(
          ({ source }) => `${place(source)} does not insist on the password that was judged (use_authtok)`,
        );
    });
    const messages = new Set([
      ...doors.map(
        ({ source }) => `${place(source)} lets in whoever comes to it without a password (pam_permit)`,
      ),
      ...steps.flatMap(({ step, type }) => judge(step, type, methods)),
      ...another,
    ]);
    return {
      expected:
        "no pam_permit before the password, no nullok, no remember, a strong method, use_authtok after modules that judge",
      actual: [...new Set(steps.map(({ step }) => step.args.join(" ")))].join("; "),
      evidence: [...new Set([...doors, ...steps.map(({ step }) => step)].map(({ source }) => source))],
      problems: [...messages].map((message) => ({ message })),
      unknowns,
    };
  },
});
