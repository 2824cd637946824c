package citizen

import "strings"

// mistyped are domains that people type when they mean another: slips of the fingers in the names of the large providers. Some
// of them exist, with somebody else's mail server behind.
var mistyped = map[string]string{
	"gmial.com": "gmail.com", "gmal.com": "gmail.com", "gmai.com": "gmail.com", "gmil.com": "gmail.com", "gamil.com": "gmail.com",
	"gnail.com": "gmail.com", "gmaill.com": "gmail.com", "gmail.con": "gmail.com", "gmail.co": "gmail.com", "gmail.cm": "gmail.com",
	"gmail.om": "gmail.com", "gmail.comm": "gmail.com", "googlemail.de": "googlemail.com",
	"googlemail.con": "googlemail.com", "googelmail.com": "googlemail.com",
	"gmx.d": "gmx.de", "gmx.ed": "gmx.de", "gmx.e": "gmx.de", "gmx.dee": "gmx.de", "gmx.con": "gmx.com", "gmx.ne": "gmx.net", "gmx.nett": "gmx.net",
	"gxm.de": "gmx.de", "mgx.de": "gmx.de",
	"web.d": "web.de", "web.e": "web.de", "web.ed": "web.de", "web.dee": "web.de", "wed.de": "web.de", "wbe.de": "web.de",
	"hotmial.com": "hotmail.com", "hotmal.com": "hotmail.com", "hotmai.com": "hotmail.com", "hotmil.com": "hotmail.com", "hotmail.con": "hotmail.com",
	"hotmail.co": "hotmail.com", "hotmial.de": "hotmail.de", "hotmail.d": "hotmail.de",
	"outlok.com": "outlook.com", "outlock.com": "outlook.com", "outloo.com": "outlook.com", "outlook.con": "outlook.com", "outlok.de": "outlook.de",
	"outlock.de": "outlook.de", "outlook.d": "outlook.de", "live.con": "live.com", "live.d": "live.de",
	"t-online.d": "t-online.de", "t-online.ed": "t-online.de", "t-onlin.de": "t-online.de", "t-onine.de": "t-online.de", "tonline.de": "t-online.de",
	"t-onlien.de": "t-online.de", "t-oline.de": "t-online.de", "t.online.de": "t-online.de",
	"yaho.com": "yahoo.com", "yahoo.con": "yahoo.com", "yaho.de": "yahoo.de", "yahoo.d": "yahoo.de",
	"freenet.d": "freenet.de", "frenet.de": "freenet.de", "osnanet.d": "osnanet.de",
	"iclod.com": "icloud.com", "icloud.con": "icloud.com", "icloud.de": "icloud.com", "aol.con": "aol.com", "aol.d": "aol.de",
}

// meant gives the domain that an address may have been meant to have, "" when nothing looks wrong.
func meant(mail string) string {
	_, domain, _ := strings.Cut(mail, "@")
	return mistyped[strings.ToLower(domain)]
}
