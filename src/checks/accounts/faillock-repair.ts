// The edit that puts pam_faillock into Debian's common-auth and common-account, where these are as Debian made them. Nothing
// else is touched: a wrong jump in a PAM stack locks everybody out, or lets everybody in.
import type { Edit } from "../../core/edit.js";
import type { Step } from "../../core/step.js";
import type { Pam, PamStack } from "../../facts/pam.js";
import { moduleOf } from "./pam-steps.js";

const unixLine = /^(auth\s+\[)success=1 default=ignore(\]\s+pam_unix\.so(?:\s.*)?)$/;

/** Debian's stack: pam_unix, on success over pam_deny to pam_permit. */
function authEdits(stack: PamStack): readonly Edit[] | undefined {
  const steps = stack.of("auth");
  const [unix, deny, permit] = steps;
  if (unix === undefined || deny === undefined || permit === undefined) return undefined;
  const isDebian =
    [unix, deny, permit].map(moduleOf).join(" ") === "pam_unix pam_deny pam_permit" &&
    steps.slice(3).every(({ control }) => control.kind === "word" && control.word === "optional") &&
    steps.every(({ source }) => source.file === stack.file);
  const { span, text } = unix.source;
  // A line that goes on behind a backslash is not Debian's.
  if (!isDebian || span.end - span.start !== text.length || !unixLine.test(text)) return undefined;
  const line = text.replace(unixLine, "$1success=2 default=ignore$2");
  return [
    {
      span,
      text: `auth requisite pam_faillock.so preauth\n${line}\nauth [default=die] pam_faillock.so authfail`,
    },
  ];
}

function accountEdits(stack: PamStack): readonly Edit[] | undefined {
  const first = stack.of("account")[0];
  if (first === undefined || first.source.file !== stack.file) return undefined;
  const { start } = first.source.span;
  return [{ span: { start, end: start }, text: "account required pam_faillock.so\n" }];
}

/** Steps for a node whose stacks are Debian's own; undefined for every other. */
export function faillockRepair(pam: Pam, modules: ReadonlySet<string>): readonly Step[] | undefined {
  const [auth, account] = [pam.stack("common-auth"), pam.stack("common-account")];
  // A line that names a module that is missing refuses everybody.
  if (!modules.has("pam_faillock.so") || auth.state !== "known" || account.state !== "known")
    return undefined;
  const [before, after] = [authEdits(auth.value), accountEdits(account.value)];
  if (before === undefined || after === undefined) return undefined;
  return [
    { kind: "edit", file: auth.value.file, edits: before },
    { kind: "edit", file: account.value.file, edits: after },
  ];
}
