// sshd.banner: who connects is told whose machine this is, before logging in.
import { word } from "../../core/param.js";
import { printable } from "../../core/printable.js";
import type { Setting, Sshd } from "../../facts/sshd.js";
import { defineCheck } from "../define.js";
import { judgeKeyword } from "./keyword.js";

function shows({ banners }: Sshd, { value }: Setting): boolean {
  const size = banners.get(value);
  return typeof size === "number" && size > 0;
}

export default defineCheck({
  id: "sshd.banner",
  title: "A banner is shown before login",
  why: "In some countries unauthorized use can only be prosecuted where it was forbidden in plain sight.",
  remedy:
    "Write a text into /etc/issue.net that says who may use the machine and no more, set `Banner /etc/issue.net`, reload sshd.",
  breaks: "Programs that read the output of ssh may stumble over the text on standard error.",
  severity: "low",
  risk: "reload",
  fixable: true,
  needs: ["sshd"],
  params: { file: word("/etc/issue.net", /\/[!-~]+/, "an absolute file name") },
  evaluate({ sshd }, { file }) {
    return judgeKeyword(sshd, {
      keyword: "Banner",
      expected: "Banner names a file with a text",
      holds: (setting) => shows(sshd, setting),
      repair: ({ value }) => (value.toLowerCase() === "none" ? file : undefined),
      says: ({ value }) => {
        const size = sshd.banners.get(value);
        if (size === undefined) return "nothing is shown";
        return typeof size === "number" ? `${printable(value)} is empty` : size;
      },
    });
  },
});
