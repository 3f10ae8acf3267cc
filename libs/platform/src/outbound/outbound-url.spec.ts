import { OutboundError } from './outbound-error.js';
import { parseOutboundUrl } from './outbound-url.js';

describe("a customer's URL", () => {
  it('is read once into the values everything later uses', () => {
    expect(parseOutboundUrl('HTTPS://API.Example.com:443/v1/?a=1#fragment')).toEqual({
      secure: true,
      host: 'api.example.com',
      port: 443,
      origin: 'https://api.example.com',
      path: '/v1/?a=1',
    });
    expect(parseOutboundUrl('http://[2606:4700::1]:8080')).toEqual({
      secure: false,
      host: '2606:4700::1',
      port: 8080,
      origin: 'http://[2606:4700::1]:8080',
      path: '/',
    });
  });

  it.each([
    ['http://2130706433/', '127.0.0.1'],
    ['http://0x7f000001/', '127.0.0.1'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://0177.0.0.1/', '127.0.0.1'],
    ['http://017700000001/', '127.0.0.1'],
    ['http://127.1/', '127.0.0.1'],
    ['http://127.0.0.1./', '127.0.0.1'],
    ['http://%31%32%37.0.0.1/', '127.0.0.1'],
    ['http://①②⑦.⓪.⓪.①/', '127.0.0.1'],
    ['http://127。0。0。1/', '127.0.0.1'],
    ['http://0/', '0.0.0.0'],
    ['http://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['http://[0:0:0:0:0:0:0:1]/', '::1'],
    ['http://[::127.0.0.1]/', '::7f00:1'],
    ['http://LOCALHOST/', 'localhost'],
    ['http://ⓛocalhost/', 'localhost'],
    ['http:127.0.0.1/', '127.0.0.1'],
    ['http:////127.0.0.1/', '127.0.0.1'],
    ['http://bücher.example/', 'xn--bcher-kva.example'],
    ['http://xn--bcher-kva.example/', 'xn--bcher-kva.example'],
    ['http://host/@127.0.0.1', 'host'],
    ['http://host/?u=http://user@127.0.0.1', 'host'],
  ])('%s names the host %s', (text, host) => {
    expect(parseOutboundUrl(text).host).toBe(host);
  });

  it.each([
    ['nothing', ''],
    ['no scheme', 'api.example.com/v1'],
    ['another scheme', 'ftp://api.example.com/'],
    ['a file', 'file:///etc/passwd'],
    ['a data URL', 'data:text/plain,hello'],
    ['gopher', 'gopher://127.0.0.1:6379/_INFO'],
    ['a websocket', 'wss://api.example.com/'],
    ['a user', 'https://user@api.example.com/'],
    ['a user and password', 'https://user:password@api.example.com/'],
    ['an empty user', 'https://@api.example.com/'],
    ['an empty user and password', 'https://:@api.example.com/'],
    ['a host in place of a user', 'https://api.example.com@127.0.0.1/'],
    ['a user without slashes', 'https:user@api.example.com/'],
    ['a backslash', 'https://api.example.com\\@127.0.0.1/'],
    ['a tab in the host', 'https://127.0.\t0.1/'],
    ['a line break', 'https://api.example.com/\r\nX-Header: 1'],
    ['a space around it', ' https://api.example.com/'],
    ['a NUL', 'https://api.example.com/\0'],
    ['a trailing dot', 'https://api.example.com./'],
    ['localhost with a trailing dot', 'http://localhost./'],
    ['port 0', 'https://api.example.com:0/'],
    ['a port beyond the last', 'https://api.example.com:65536/'],
    ['a port that is no number', 'https://api.example.com:8o/'],
    ['an IPv6 zone', 'http://[fe80::1%25eth0]/'],
    ['an address with too many parts', 'http://1.2.3.4.5/'],
    ['an address out of range', 'http://256.1.1.1/'],
    ['an unfinished IPv6 address', 'http://[::1/'],
    ['no host', 'https:///'],
    ['too many characters', `https://api.example.com/${'a'.repeat(2_048)}`],
  ])('is refused with %s', (_, text) => {
    expect(() => parseOutboundUrl(text)).toThrow(new OutboundError('address'));
  });
});
