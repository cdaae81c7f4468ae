// The words that rules of an AppArmor profile take (apparmor.d(5)), as apparmor_parser 3.0 and later know them. No logic.

function set(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

export const capabilityNames =
  set(`audit_control audit_read audit_write block_suspend bpf checkpoint_restore chown
  dac_override dac_read_search fowner fsetid ipc_lock ipc_owner kill lease linux_immutable mac_admin mac_override mknod
  net_admin net_bind_service net_broadcast net_raw perfmon setfcap setgid setpcap setuid sys_admin sys_boot sys_chroot
  sys_module sys_nice sys_pacct sys_ptrace sys_rawio sys_resource sys_time sys_tty_config syslog wake_alarm`);

export const families =
  set(`unix inet ax25 ipx appletalk netrom bridge atmpvc x25 inet6 rose netbeui security key netlink
  packet ash econet atmsvc rds sna irda pppox wanpipe llc ib mpls can tipc bluetooth iucv rxrpc isdn phonet ieee802154 caif
  alg nfc vsock kcm qipcrtr smc xdp mctp`);

export const socketTypes = set("stream dgram seqpacket rdm raw packet");

export const signals =
  set(`hup int quit ill trap abrt bus fpe kill usr1 segv usr2 pipe alrm term stkflt chld cont stop stp
  ttin ttou urg xcpu xfsz vtalrm prof winch io pwr sys emt exists`);

export const mountOptions =
  set(`ro rw nosuid suid nodev dev noexec exec sync async remount mand nomand dirsync noatime
  atime nodiratime diratime bind rbind move verbose silent loud acl noacl unbindable runbindable private rprivate slave
  rslave shared rshared relatime norelatime iversion noiversion strictatime nouser user`);
