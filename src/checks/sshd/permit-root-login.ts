// sshd.permit-root-login: nobody logs in as root, or only with a key where a site says so.
import { choice } from "../../core/param.js";
import { defineCheck } from "../define.js";
import { judgeKeyword } from "./keyword.js";

/** From the least that is allowed to the most. */
const order = ["no", "forced-commands-only", "prohibit-password", "yes"] as const;

export default defineCheck({
  id: "sshd.permit-root-login",
  title: "Root does not log in over SSH",
  why: "A root session leaves no trace of who acted, and the one account every attacker knows is open to guessing.",
  remedy:
    "Set `PermitRootLogin no` in /etc/ssh/sshd_config and in every Match block that opens it, then reload sshd.",
  breaks: "Whoever has no other account with a way to root is locked out.",
  severity: "high",
  risk: "lockout",
  fixable: true,
  needs: ["sshd"],
  params: { expected: choice(["no", "forced-commands-only", "prohibit-password"], "no") },
  evaluate({ sshd }, { expected }) {
    const most = order.indexOf(expected);
    return judgeKeyword(sshd, {
      keyword: "PermitRootLogin",
      expected: `PermitRootLogin ${order
        .slice(0, most + 1)
        .reverse()
        .join(" or ")}`,
      holds: ({ value }) => order.some((allowed, index) => allowed === value && index <= most),
      repair: () => expected,
    });
  },
});
