// Sudoers files by hand: what administrators and packages write, and what trips readers. Each is its own text.

const debian = `Defaults	env_reset
Defaults	mail_badpass
Defaults	secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Defaults:%sudo env_keep += "EDITOR"
Defaults	use_pty
root	ALL=(ALL:ALL) ALL
%sudo	ALL=(ALL:ALL) ALL
@includedir incd
`;

const redHat = `Host_Alias     FILESERVERS = fs1, fs2
User_Alias ADMINS = jsmith, mikem
Cmnd_Alias NETWORKING = /sbin/route, /sbin/ifconfig, /bin/ping, \\
   /sbin/dhclient, /usr/bin/net, /sbin/iptables
Defaults   !visiblepw
Defaults    always_set_home
Defaults    match_group_by_gid
Defaults    env_reset
Defaults    env_keep =  "COLORS DISPLAY HOSTNAME HISTSIZE KDEDIR LS_COLORS"
Defaults    env_keep += "MAIL PS1 PS2 QTDIR USERNAME LANG LC_ADDRESS LC_CTYPE"
Defaults    secure_path = /sbin:/bin:/usr/sbin:/usr/bin
root	ALL=(ALL) 	ALL
%wheel	ALL=(ALL)	ALL
# %wheel	ALL=(ALL)	NOPASSWD: ALL
%users  ALL=/sbin/mount /mnt/cdrom, /sbin/umount /mnt/cdrom
%users  localhost=/sbin/shutdown -h now
#includedir incd
`;

const suse = `Defaults targetpw
ALL   ALL=(ALL) ALL
Defaults>root !set_logname
Defaults:millert !authenticate
Defaults@SERVERS log_year, logfile=/var/log/sudo.log
Defaults!PAGERS noexec
Host_Alias SERVERS = primary, mail, www, ns
Cmnd_Alias PAGERS = /usr/bin/more, /usr/bin/pg, /usr/bin/less
`;

const manual = `User_Alias FULLTIMERS = millert, dowdy, mikef : PARTTIMERS = bostley, jwfox, crawl
Runas_Alias OP = root, operator
Host_Alias CUNETS = 128.138.0.0/255.255.0.0 : CSNETS = 128.138.243.0, 128.138.204.0/24, 128.138.242.0
Cmnd_Alias KILL = /usr/bin/kill, /usr/bin/pkill
Cmnd_Alias SHUTDOWN = /usr/sbin/shutdown
Cmnd_Alias SU = /usr/bin/su
FULLTIMERS ALL = NOPASSWD: ALL
PARTTIMERS ALL = ALL
jack CSNETS = ALL
lisa CUNETS = ALL
operator ALL = KILL, SHUTDOWN, sudoedit /etc/printcap, /usr/oper/bin/
joe ALL = /usr/bin/su operator
pete HPPA = /usr/bin/passwd [A-Za-z]*, !/usr/bin/passwd *root*
bob SPARC = (OP) ALL : SGI = (OP) ALL
fred ALL = (DB) NOPASSWD: ALL
john ALPHA = /usr/bin/su [!-]*, !/usr/bin/su *root*
jill SERVERS = /usr/bin/, !SU, !KILL
matt valkyrie = KILL
WEBADMIN WWW = (www) ALL, (root) /usr/bin/su www
ALL CDROM = NOPASSWD: /sbin/umount /CDROM, /sbin/mount -o nosuid\\,nodev /dev/cd0a /CDROM
`;

/** Tags, run-as users and options pass on over commas, not over colons. */
const inheritance = [
  "a ALL=NOPASSWD: /bin/x, /bin/y, PASSWD: /bin/z, (bob) /bin/w : b=/bin/v\n",
  "a ALL=(bob) NOEXEC: /bin/x, SETENV: ALL, /bin/y, NOSETENV: /bin/z, ALL\n",
  "a ALL=(:adm) /bin/x, () /bin/y, (bob:adm) /bin/z, /bin/w\n",
  "a ALL=CWD=/tmp TIMEOUT=1h /bin/x, CWD=* /bin/y, NOTAFTER=20300101000000Z /bin/z, /bin/w\n",
  "a ALL=ROLE=r TYPE=t /bin/x, TYPE=u /bin/y, /bin/z\n",
  "a ALL=NOPASSWD:NOEXEC:SETENV:LOG_INPUT:NOLOG_OUTPUT:MAIL:FOLLOW:INTERCEPT: /bin/x\n",
];

const places = [
  "",
  "\n\n",
  "#\n",
  "# no end",
  "root ALL=(ALL) ALL",
  "root ALL=(ALL) ALL\r\nbob ALL=/bin/ls\r\n",
  "\ufeffroot ALL=(ALL) ALL\n",
  "root ALL=(ALL) ALL\0hidden\nbob ALL=ALL\n",
  "root\\\n ALL\\\n =\\\n ALL\n",
  "Defaults \\\nenv_reset\n",
  "bob ALL=ALL \\\nDefaults env_reset\n",
  "bob ALL=ALL \\\n@include inc\n",
  "bob ALL=/bin/ls \\\n# still\n",
  "#1000 ALL=ALL\n#-1 ALL=ALL\n",
  "bob ALL=/bin/ls #1 is no comment\n",
  "bob ALL=/bin/ls # is a comment\n",
  "+ng +hosts=(+ng) ALL\n",
  "%:nonunix ALL=ALL\n%#27 ALL=ALL\n",
  '"%domain users" ALL=ALL\n"has \\" quote" ALL=ALL\n',
  "bob\\ smith ALL=ALL\nbob\\x20jones ALL=ALL\n",
  "!alice, ALL ALL=ALL\nALL, !alice ALL=ALL\n",
  "bob ALL=!!/bin/ls, !!!/bin/cat\n",
  "bob 10.0.0.0/8, !10.1.0.0/255.255.0.0, fe80::/10, ::1=ALL\n",
  "bob ALL=sudoedit /etc/hosts, sudoedit\n",
  "bob ALL=/usr/bin/sudoedit /etc/hosts\n",
  "bob ALL=list\nlist list=list\n",
  "bob ALL=^/usr/bin/(ls|cat)$ ^-l( .*)?$\n",
  "bob ALL=/bin/ls ^unfinished\n",
  "bob ALL=sha224:0GomF8mNN3wlDt1HD9XldjJ3SNgpFdbjO1+NsQ==, sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU= /bin/ls\n",
  "bob ALL=sha224:d06a2617c98d377c250edd470fd5e576327748d82915d6e33b5f8db1 ALL\n",
  "bob ALL=sha256:abcd /bin/ls\n",
  'bob ALL=/bin/ls "", /bin/cat "a b"\n',
  "bob ALL=/bin/ls a\\,b c\\:d e\\=f g\\\\h\n",
  "bob ALL=/bin/ls a:b\n",
  "bob ALL=(ALL, !root) ALL\n",
  "User_Alias A = B : B = A\nA ALL=ALL\n",
  "User_Alias A = bob\nUser_Alias A = eve\n",
  "User_Alias A = bob : A = eve : C = joe\nC ALL=ALL\n",
  "User_Alias A = bob )\nA ALL=ALL\n",
  "User_Alias ALL = bob\n",
  "User_Alias CWD = bob\n",
  "Cmd_Alias X = /bin/ls\nbob ALL=X\n",
  "bob ALL=ALL : b =\nbob ALL=ALL : b ) c\n",
  "bob ALL=(root:) ALL\n",
  "bob ALL=NOPASSWD ALL\n",
  "bob ALL=nopasswd: ALL\n",
  "bob ALL ALL\n",
  "bob\n",
  "= ALL\n",
  "Defaults\n",
  "Defaults !\n",
  "Defaults env_keep\n",
  "Defaults:alice\n",
  "Defaults@ALL !!lecture, lecture=never\n",
  "Defaults timestamp_timeout=-1\nDefaults timestamp_timeout = 0.5\n",
  "Defaults nosuch, env_reset=1, timestamp_timeout=x, logfile=relative\n",
  "Defaults use_pty+=1\n",
  'Defaults badpass_message="over \\\n     lines"\n',
  'Defaults badpass_message="broken\nroot ALL=ALL\n',
  'Defaults env_keep += ""\n',
  "Defaults!/usr/bin/x,!/usr/bin/y !authenticate\n",
  "Defaults!/usr/bin/x -l !authenticate\n",
  " Defaults env_reset\n\tUser_Alias X = a\n",
  "@include inc extra\n",
  "@include missing\n",
  '@include "inc"\n@include ./inc\n#include inc\n',
  "@includedir missing\n",
  " #include inc\n#includeinc\n@includeinc\n",
  "@include\n",
];

export const sudoersCorpus: readonly string[] = [debian, redHat, suse, manual, ...inheritance, ...places];
