// The checks on sshd, one line each.
export {};
