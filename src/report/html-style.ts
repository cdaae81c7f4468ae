// The style sheet of the HTML report: light and dark, screen and paper, narrow and wide. No address, no import.

export const style = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b1f24;--soft:#59636e;--line:#d9dee4;--code:#f0f2f5;
--fail:#b3261e;--error:#8a5a00;--waived:#0b6b75;--na:#59636e;--pass:#1a7f37;
--critical:#7a1fa2;--high:#b3261e;--medium:#8a5a00;--low:#1f5fbf;--accent:#1f5fbf}
@media(prefers-color-scheme:dark){:root{--bg:#0f1318;--card:#181d24;--ink:#e6eaf0;--soft:#9aa5b1;--line:#303841;--code:#10151b;
--fail:#ff8a80;--error:#f2b84b;--waived:#5fd0da;--na:#9aa5b1;--pass:#5fd38a;
--critical:#d79bf0;--high:#ff8a80;--medium:#f2b84b;--low:#82b1ff;--accent:#82b1ff}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
main,header.top,footer{max-width:1120px;margin:0 auto;padding:0 20px}
header.top{padding-top:28px}
h1{font-size:26px;line-height:1.2;margin:0 0 12px;overflow-wrap:anywhere}
h1 small{display:block;font-size:13px;font-weight:500;color:var(--soft);letter-spacing:.04em;text-transform:uppercase;margin-bottom:4px}
h2{font-size:19px;margin:36px 0 12px}
h3{font-size:17px;margin:28px 0 10px;display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline}
h3 small{font-weight:400;font-size:13px;color:var(--soft)}
a{color:var(--accent)}
dl.about{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:0}
dl.about dt{color:var(--soft)}
dl.about dd{margin:0;overflow-wrap:anywhere}
.cards{display:flex;flex-wrap:wrap;gap:12px;margin:24px 0 0;padding:0;list-style:none}
.cards li{flex:1 1 100px;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
.cards b{color:var(--tone);display:block;font-size:26px;line-height:1.15;font-variant-numeric:tabular-nums}
.cards span{color:var(--soft);font-size:13px}
.cards .score{flex:2 1 260px}
.cards .score b small{font-size:15px;font-weight:400;color:var(--soft)}
meter{width:100%;height:10px;display:block;margin-top:8px}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:13px;padding:10px 14px 4px}
th,td{text-align:right;padding:6px 12px;border-top:1px solid var(--line);white-space:nowrap}
thead th{border-top:0;color:var(--soft);font-weight:500;font-size:13px}
th:first-child,td:first-child,.left{text-align:left}
td.none{color:var(--soft)}
td meter{width:80px;display:inline-block;margin:0 0 0 8px;vertical-align:middle}
td.score{text-align:left}td.score span{display:inline-block;min-width:40px;text-align:right}
.two{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}
.two>*{flex:1 1 470px;min-width:0}.two>:first-child{flex:1.2 1 580px}
form.filter{position:sticky;top:0;z-index:2;background:var(--bg);border-bottom:1px solid var(--line);padding:12px 0;display:flex;flex-wrap:wrap;gap:8px 18px;align-items:center}
form.filter[hidden]{display:none}
form.filter input[type=search]{flex:1 1 220px;min-width:0;font:inherit;padding:7px 10px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:inherit}
form.filter select{font:inherit;padding:6px 8px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:inherit;max-width:100%}
form.filter fieldset{border:0;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:2px 12px}
form.filter legend{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
form.filter label{font-size:14px;white-space:nowrap}
form.filter button{font:inherit;font-size:14px;padding:4px 12px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:inherit;cursor:pointer}
form.filter output{color:var(--soft);font-size:13px;margin-left:auto}
details.check{background:var(--card);border:1px solid var(--line);border-left:4px solid var(--tone);border-radius:8px;margin:0 0 8px}
details.check>summary{cursor:pointer;padding:9px 14px;display:grid;grid-template-columns:104px 70px minmax(0,1fr);gap:2px 12px;align-items:baseline;list-style:none}
details.check>summary::-webkit-details-marker{display:none}
details.check>summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.check .name{overflow-wrap:anywhere}
.check .name code{font-weight:600;background:none;padding:0}
.check .name span{color:var(--soft)}
.mark{color:var(--tone);font-weight:700;font-size:12.5px;text-transform:uppercase;letter-spacing:.03em}
.severity{color:var(--grade);font-weight:600;font-size:13px}
.fail{--tone:var(--fail)}.error{--tone:var(--error)}.waived{--tone:var(--waived)}.not-applicable{--tone:var(--na)}.pass{--tone:var(--pass)}
.critical{--grade:var(--critical)}.high{--grade:var(--high)}.medium{--grade:var(--medium)}.low{--grade:var(--low)}
.body{padding:2px 14px 12px;border-top:1px solid var(--line)}
.body dl{display:grid;grid-template-columns:104px minmax(0,1fr);gap:6px 12px;margin:8px 0 0}
.body dt{color:var(--soft);font-size:13.5px}
.body dd{margin:0;overflow-wrap:anywhere}
.body ul{margin:0;padding-left:18px}
.body ul.plain{list-style:none;padding:0}
.body ul.plain>li{display:flex;flex-wrap:wrap;gap:3px 10px;align-items:baseline;margin-bottom:3px}
code,pre{font:13px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{background:var(--code);border-radius:4px;padding:1px 5px;overflow-wrap:anywhere}
pre{background:var(--code);border-radius:4px;margin:0;padding:1px 8px;max-width:100%;white-space:pre-wrap;overflow-wrap:anywhere}
.tag{display:inline-block;font-size:12.5px;border:1px solid var(--line);border-radius:99px;padding:0 8px;margin:0 4px 4px 0;color:var(--soft);overflow-wrap:anywhere}
details.more>summary{cursor:pointer;color:var(--accent)}
.soft{color:var(--soft)}
.hide{display:none!important}
footer{color:var(--soft);font-size:13px;padding-top:32px;padding-bottom:40px}
table.matrix th.node{writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;padding:10px 4px;max-height:220px;font-weight:500}
table.matrix td.cell{text-align:center;padding:4px;color:var(--tone);font-weight:700;min-width:30px}
table.matrix td:first-child{white-space:normal;min-width:220px;width:99%}
table.nodes td.left{white-space:normal;min-width:90px}
@media(max-width:640px){body{font-size:14.5px}main,header.top,footer{padding:0 14px}header.top{padding-top:18px}
h1{font-size:22px}dl.about{grid-template-columns:72px 1fr}
details.check>summary{grid-template-columns:auto 1fr;gap:0 12px}.check .name{grid-column:1/-1}
.body dl{grid-template-columns:1fr;gap:0}.body dd{margin-bottom:8px}
form.filter{position:static}table{font-size:13.5px}th,td{padding:5px 6px}caption{padding:8px 12px 2px}th[scope=row]{white-space:normal}
th:first-child,td:first-child{padding-left:12px}th:last-child,td:last-child{padding-right:12px}
td meter{display:none}td.score span{min-width:0}.mark{letter-spacing:0;font-size:11.5px}.cards .score{flex-basis:100%}.cards li{padding:10px 12px}}
@media print{:root{color-scheme:light;--bg:#fff;--card:#fff;--ink:#000;--soft:#444;--line:#bbb;--code:#f3f3f3;
--fail:#b3261e;--error:#8a5a00;--waived:#0b6b75;--na:#444;--pass:#1a7f37;--critical:#7a1fa2;--high:#b3261e;--medium:#8a5a00;--low:#1f5fbf;--accent:#000}
body{font-size:10.5pt}.cards li{flex:1 1 64px}.cards .score{flex:2 1 150px}form.filter{display:none!important}details.check,.cards li,tr{break-inside:avoid}h2,h3{break-after:avoid}
.scroll{overflow:visible}main,header.top,footer{max-width:none;padding:0}}
`.trim();
