// kubernetes.certificates: every certificate in date, strong and with its key, every key readable by its owner alone.
import type { Problem } from "../../core/outcome.js";
import { integer } from "../../core/param.js";
import { place, type Source, wholeFile } from "../../core/source.js";
import {
  type Certificate,
  certificateSource,
  type KubernetesPki,
  type PemFile,
} from "../../facts/certificates.js";
import { defineCheck } from "../define.js";

const day = 86_400_000;

interface Placed {
  readonly certificate: Certificate;
  readonly source: Source;
  readonly matches: boolean | undefined;
}

interface Finding extends Problem {
  readonly source: Source;
}

function placed(pki: KubernetesPki): readonly Placed[] {
  const inFiles = pki.files.flatMap((file) =>
    file.certificates.map((certificate, index) => ({
      certificate,
      source: certificateSource(file, certificate),
      // The key belongs to the first certificate of a chain.
      matches: index === 0 ? file.matches : undefined,
    })),
  );
  return [...inFiles, ...pki.kubeconfigs.flatMap(({ certificates }) => certificates)];
}

/** Whole days until `notAfter`, negative when it is past. */
function daysLeft(certificate: Certificate, now: number): number {
  return Math.floor((certificate.notAfter - now) / day);
}

/** Short-lived certificates are renewed late on purpose: a tenth of their life is warning enough. */
function warningDays(certificate: Certificate, days: number): number {
  return Math.min(days, Math.floor((certificate.notAfter - certificate.notBefore) / day / 10));
}

function date(ms: number): string {
  return Number.isNaN(ms) ? "an unreadable date" : new Date(ms).toISOString().slice(0, 10);
}

function lifetime({ certificate, source }: Placed, now: number, days: number): readonly string[] {
  const { notBefore, notAfter, subject } = certificate;
  const where = `${place(source)} (${subject})`;
  if (Number.isNaN(notAfter) || Number.isNaN(notBefore)) return [`${where} has dates that cannot be read`];
  const left = daysLeft(certificate, now);
  if (notAfter <= now) return [`${where} expired on ${date(notAfter)}`];
  if (notBefore > now) return [`${where} is not valid before ${date(notBefore)}`];
  if (left < warningDays(certificate, days))
    return [`${where} expires in ${left} days, on ${date(notAfter)}`];
  return [];
}

function strength({ certificate, source, matches }: Placed): readonly string[] {
  const { keyType, keyBits, signature, selfSigned, subject } = certificate;
  const where = `${place(source)} (${subject})`;
  const found: string[] = [];
  const least = keyType === "rsa" ? 2048 : 256;
  if (keyType === "dsa" || keyType === "unknown") found.push(`${where} has a key of the kind ${keyType}`);
  else if (keyBits < least)
    found.push(`${where} has a ${keyType} key of ${keyBits} bits, less than ${least}`);
  // Nobody checks the signature of a root: it is trusted by being there.
  if (!selfSigned && /md[25]|sha1/i.test(signature)) found.push(`${where} is signed with ${signature}`);
  if (matches === false) found.push(`${where} does not belong to the private key that goes with it`);
  return found;
}

/** Keys without a certificate, such as the one that signs service accounts' tokens, must be strong too. */
function weakKeys(file: PemFile): readonly Finding[] {
  if (file.certificates.length > 0) return [];
  return file.keys.flatMap(({ state, type, bits, line }) => {
    const least = type === "rsa" ? 2048 : 256;
    if (state !== "ok" || (type !== "dsa" && bits >= least)) return [];
    return [
      {
        message: `${file.path}:${line} is a ${type} key of ${bits} bits, less than ${least}`,
        source: { ...wholeFile(file.path), line },
      },
    ];
  });
}

/** Files with a private key: readable by their owner alone. */
function keyFile(file: PemFile): readonly Finding[] {
  if (file.keys.length === 0 || (file.stat.mode & 0o177) === 0) return [];
  const { mode, uid, gid } = file.stat;
  const shown = mode.toString(8).padStart(4, "0");
  const source = wholeFile(file.path, `mode ${shown}`);
  const path = file.stat.realPath;
  return [
    {
      message: `${file.path} holds a private key and has mode ${shown}, more than 0600`,
      source,
      fix: [{ kind: "chmod", file: path, mode: mode & 0o600, owner: `${uid}:${gid}` }],
    },
  ];
}

function findings(pki: KubernetesPki, now: number, days: number): readonly Finding[] {
  const certificates = placed(pki).flatMap((one) =>
    [...lifetime(one, now, days), ...strength(one)].map((message) => ({ message, source: one.source })),
  );
  const broken = pki.files.flatMap((file) => [
    ...file.broken.map(({ line, message }) => ({
      message: `${file.path}:${line} ${message}`,
      source: { ...wholeFile(file.path), line },
    })),
    ...file.keys
      .filter(({ state }) => state === "broken")
      .map(({ line }) => ({
        message: `${file.path}:${line} says it is a private key and is none`,
        source: { ...wholeFile(file.path), line },
      })),
  ]);
  return [...certificates, ...broken, ...pki.files.flatMap(weakKeys), ...pki.files.flatMap(keyFile)];
}

export default defineCheck({
  id: "kubernetes.certificates",
  title: "Kubernetes certificates are in date and strong, and their keys private",
  why: "An expired certificate takes the node or the whole control plane down; a weak or readable key lets somebody else be it.",
  remedy:
    "Renew with `kubeadm certs renew all` (k3s and rke2: restart the service), replace weak keys, and `chmod 600` key files.",
  breaks:
    "A key file that another account reads on purpose, such as a monitoring agent, stops being readable for it.",
  severity: "high",
  risk: "none",
  fixable: true,
  needs: ["certificates", "clock"],
  params: { days: integer(30, { min: 0, max: 3650, unit: "days left below which it fails" }) },
  evaluate({ certificates, clock }, { days }) {
    const all = placed(certificates);
    const problems = findings(certificates, clock, days);
    const first = all.toSorted((a, b) => a.certificate.notAfter - b.certificate.notAfter)[0];
    const next =
      first === undefined
        ? "no certificate"
        : `${all.length} certificates, the first to expire is ${place(first.source)} in ${daysLeft(first.certificate, clock)} days`;
    return {
      expected: `valid for ${days} days or more, RSA 2048 or EC 256 bits or more, key files 0600`,
      actual: next,
      evidence:
        problems.length > 0
          ? problems.map(({ source }) => source)
          : first === undefined
            ? []
            : [first.source],
      problems,
      unknowns: certificates.unread,
    };
  },
});
