-- tickwire.web_url: what a browser makes of a URL.

local web_url = require("tickwire.web_url")

describe("a web URL", function()
	for text, want in pairs({
		["ws://example.com"] = "ws://example.com/",
		["ws://example.com/"] = "ws://example.com/",
		["WS://EXAMPLE.com/A"] = "ws://example.com/A",
		["wss://example.com:443/a"] = "wss://example.com/a",
		["ws://example.com:80"] = "ws://example.com/",
		["ws://example.com:443"] = "ws://example.com:443/",
		["ws://example.com:/a"] = "ws://example.com/a",
		["ws://example.com:00080/"] = "ws://example.com/",
		["ws://example.com:0/"] = "ws://example.com:0/",
		["https://example.com:8080?x"] = "https://example.com:8080/?x",
		["  ws://example.com/ \n"] = "ws://example.com/",
		["ws://exam\tple.com/a\nb"] = "ws://example.com/ab",
		["ws:example.com/a"] = "ws://example.com/a",
		["ws:////example.com//a"] = "ws://example.com//a",
		["ws:\\\\example.com\\a\\b?c\\d"] = "ws://example.com/a/b?c\\d",
		["ws://h/a/./b/../c"] = "ws://h/a/c",
		["ws://h/../../a"] = "ws://h/a",
		["ws://h/a/.."] = "ws://h/",
		["ws://h/a/b/."] = "ws://h/a/b/",
		["ws://h/a/%2e%2E/b"] = "ws://h/b",
		["ws://h/a//b/"] = "ws://h/a//b/",
		["ws://h/a b\"<>`{}^ü?d e'\"<>`{}ü"] = "ws://h/a%20b%22%3C%3E%60%7B%7D%5E%C3%BC?d%20e%27%22%3C%3E`{}%C3%BC",
		["ws://h/%zz%41?%zz"] = "ws://h/%zz%41?%zz",
		["ws://h?"] = "ws://h/?",
		["ws://h/a?b?c"] = "ws://h/a?b?c",
		["ws://h/#f g"] = "ws://h/#f%20g",
		["ws://h/#"] = "ws://h/#",
		["ws://user@h/"] = "ws://user@h/",
		["ws://user:@h/"] = "ws://user@h/",
		["ws://:pw@h/"] = "ws://:pw@h/",
		["ws://a:b:c@h/"] = "ws://a:b%3Ac@h/",
		["ws://a@b:c@d@h/"] = "ws://a%40b:c%40d@h/",
		["ws://us er:p/w"] = false,
		["ws://%65xample.com/"] = "ws://example.com/",
		["ws://127.1/"] = "ws://127.0.0.1/",
		["ws://0x7f.0.0.1/"] = "ws://127.0.0.1/",
		["ws://0177.0.0.01/"] = "ws://127.0.0.1/",
		["ws://2130706433/"] = "ws://127.0.0.1/",
		["ws://0x/"] = "ws://0.0.0.0/",
		["ws://255.255.255.255./"] = "ws://255.255.255.255/",
		["ws://1.2.3.4.example/"] = "ws://1.2.3.4.example/",
		["ws://[::1]/"] = "ws://[::1]/",
		["ws://[0:0:0:0:0:0:0:1]:8080/"] = "ws://[::1]:8080/",
		["ws://[1:0:0:2:0:0:0:3]/"] = "ws://[1:0:0:2::3]/",
		["ws://[1:0:2:3:4:5:6:7]/"] = "ws://[1:0:2:3:4:5:6:7]/",
		["ws://[::]/"] = "ws://[::]/",
		["ws://[1::]/"] = "ws://[1::]/",
		["ws://[ABCD::00ef]/"] = "ws://[abcd::ef]/",
		["ws://[::ffff:1.2.3.4]/"] = "ws://[::ffff:102:304]/",
		["ws://%c3%a9.test/"] = "ws://é.test/",
		["ws://%E3/"] = false,
		["ws://a\255/"] = false,
		["ws://h/\255"] = "ws://h/%FF",
		["ws://a!b~c/"] = "ws://a!b~c/",
		[""] = false,
		["example.com"] = false,
		["//example.com"] = false,
		["/chat"] = false,
		["1ws://h"] = false,
		["ftp://h"] = false,
		["mailto:x"] = false,
		["ws:"] = false,
		["ws://"] = false,
		["ws:///"] = false,
		["ws://:80/"] = false,
		["ws://user@/"] = false,
		["ws://h:eighty/"] = false,
		["ws://h:65536/"] = false,
		["ws://h:-1/"] = false,
		["ws://h:8 0/"] = false,
		["ws://a b/"] = false,
		["ws://a<b/"] = false,
		["ws://a%00b/"] = false,
		["ws://a%/"] = false,
		["ws://1.2.3.4.5/"] = false,
		["ws://256.1.1.1/"] = false,
		["ws://1.2.3.09/"] = false,
		["ws://4294967296/"] = false,
		["ws://1..2/"] = false,
		["ws://[::1/"] = false,
		["ws://[1:2:3]/"] = false,
		["ws://[1::2::3]/"] = false,
		["ws://[1:2:3:4:5:6:7:8:9]/"] = false,
		["ws://[::12345]/"] = false,
		["ws://[::1.2.3.256]/"] = false,
		["ws://[::g]/"] = false,
		["ws://[1:2:3:4:5:6:7::8]/"] = false,
		["ws://[:1]/"] = false,
	}) do
		it(("%q is %s"):format(text, want or "none"), function()
			local url, problem = web_url.parse(text)
			if not want then
				assert.is_nil(url)
				assert.is_string(problem)
				return
			end
			assert.equal(want, url and web_url.format(url) or problem)
		end)
	end

	for text, want in pairs({
		["ws://h/a"] = "ws://h/a",
		["ws://name:secret@h/a?token=x#y"] = "ws://h/a",
		["ws:name:secret@h"] = "ws:h",
		["ftp://name:sec@ret@h:8/a@b"] = "ftp://h:8/a@b",
		["ws:\\\\name@h\\a@b"] = "ws:\\\\h\\a@b",
		["name@h"] = "h",
		["name:secret@h"] = "name:h", -- it may be a scheme
		[("x"):rep(200)] = ("x"):rep(120) .. "…",
	}) do
		it(("is shown without secrets: %q"):format(text:sub(1, 40)), function()
			assert.equal(want, web_url.shown(text))
		end)
	end

	it("says what is wrong with it in few words", function()
		for _, text in ipairs({ "x", "ws://x", "ws://h:x", "ws://[x", "ws://x.1" }) do
			local _, problem = web_url.parse((text:gsub("x", ("x<"):rep(1000))) .. (text == "x" and ":" or ""))
			assert.is_true(#problem < 250, problem)
		end
	end)

	it("has an origin", function()
		assert.equal("ws://h:81", web_url.origin(web_url.parse("ws://a:b@H:81/x?y")))
		assert.equal("wss://h", web_url.origin(web_url.parse("wss://h:443/")))
	end)
end)
