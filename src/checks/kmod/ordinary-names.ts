// Modules that Debian, Ubuntu and Red Hat load by themselves on virtual machines and common servers. Data, as patterns.

/** Drivers, file systems, ciphers and plumbing that are on no node by anybody's choice. */
export const ordinaryNames: readonly string[] = `
  virtio* net_failover failover hv_* hyperv_* vmw_* vmxnet3 xen_* ena nvme* ext4 jbd2 mbcache crc*
  libcrc32c xfs btrfs raid6_pq xor fat vfat nls_* autofs4 configfs efivarfs efi_pstore fuse
  overlay loop isofs sr_mod cdrom dm_* dm_mod md_mod raid* sd_mod sg scsi_* t10_pi ata_* libata
  ahci libahci usbcore usb_common uhci_hcd ehci_* ohci_* xhci_* hid hid_generic usbhid usb_storage
  drm* bochs cirrus qxl ttm fb_sys_fops syscopyarea sysfillrect sysimgblt cec i2c_* i2c_core
  rng_core tpm* ipmi_* acpi_* button evdev serio_raw psmouse joydev kvm* irqbypass *intel* *amd*
  rapl mei* lpc_ich pcc_cpufreq wmi watchdog iTCO_* aes* ghash* sha* blake2* chacha* poly1305*
  curve25519* libcurve25519* libchacha* crypto* cryptd algif_* af_alg gf128mul cbc xts essiv
  authenc encrypted_keys trusted e1000* igb ixgbe* i40e ice bnxt_* mlx* tg3 r8169 bonding 8021q
  garp mrp ip6_tables ip_tables ipv6 tcp_* tls inet_diag udp_diag unix_diag af_packet* dca msr
  qemu_fw_cfg vsock* parport* ppdev lp floppy rtc_* efi* dmi_sysfs ramoops binfmt_misc sunrpc nfs*
  lockd grace auth_rpcgss rpcsec_gss_* ceph rbd libceph iscsi_*
`
  .trim()
  .split(/\s+/);
