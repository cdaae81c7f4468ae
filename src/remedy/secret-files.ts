// Files whose text is never shown, not even as a diff: password hashes, keys, tokens. Not the redaction of other text.

const secret: readonly RegExp[] = [
  /^\/etc\/(?:g?shadow|security\/opasswd)-?$/,
  /\.(?:key|pem|p12|pfx|jks)$/,
  /(?:^|\/)(?:kubeconfig|\.kube\/config|\.netrc|\.docker\/config\.json|\.dockercfg)$/,
  /^\/etc\/kubernetes\/[^/]+\.conf$/,
  /\/pki\//,
  /^\/etc\/ssh\/ssh_host_[^/]*_key$/,
  /^\/etc\/(?:krb5\.keytab|ppp\/|wireguard\/|ipsec\.secrets)/,
];

/** By its name, or by a private key in its text. */
export function holdsSecrets(path: string, text: string): boolean {
  return secret.some((pattern) => pattern.test(path)) || /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(text);
}
