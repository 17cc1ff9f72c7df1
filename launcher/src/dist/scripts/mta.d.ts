// The plugin API as scripts see it. Generated: ./mta script types FILE. Put it beside your scripts and begin a script with
//   /// <reference path="./mta.d.ts" />
//   /** @type {import('./mta.d.ts').Script} */

export type Json = string | number | boolean | null | ReadonlyArray<any> | { [key: string]: any };
/** '1h30m', or milliseconds. */
export type Duration = string | number;
/** A Date, ISO 8601, or milliseconds since 1970. */
export type Time = Date | string | number;
export type Octets = string | ArrayBuffer | ReadonlyArray<number>;
/** Made by mta.accept, mta.refuse, mta.later, mta.hold, mta.discard. */
export interface Verdict { readonly __verdict: unique symbol }
/** Nothing: no opinion. A string: a refusal, '550 5.7.1 Not here'. */
export type Answered = Verdict | string | null | void | Promise<Verdict | string | null | void>;
export interface Answer<V> { value: V; ttl: Duration }
export interface Content { size(): number; text(most?: number): string; latin1(most: number): string; open(): InputStream }
export interface InputStream { read(most: number): string | null; close(): void }
export interface OutputStream { write(text: string): void; close(): void }
export interface InetAddress { getHostAddress(): string; isLoopbackAddress(): boolean; isSiteLocalAddress(): boolean; network(bits: number): string }
export interface InetSocketAddress { getAddress(): InetAddress | null; getHostString(): string; getPort(): number }
export interface HttpAnswer { status(): number; ok(): boolean; text(): string; header(name: string): string | null }
export interface State {
  get(key: string): string | number | boolean | null;
  put(key: string, value: string | number | boolean, ttl?: string): void;
  putIfAbsent(key: string, value: string | number | boolean, ttl: string): any;
  incr(key: string, ttl: string, by?: number): number;
  remove(key: string): void;
  size(): number;
}

declare global {
  const mta: {
    next(): Verdict;
    accept(scope?: 'stage' | 'message' | 'session'): Verdict;
    refuse(reply: string, options?: { close: boolean }): Verdict;
    later(when: Duration | Date, reply?: string): Verdict;
    hold(reason: string): Verdict;
    discard(reason: string): Verdict;
    now(): Date;
    after(duration: Duration): Date;
    ms(duration: Duration): number;
    daysSince(date: string): number;
    config(key: string): any;
    log(level: 'error' | 'warn' | 'info' | 'debug', text: string): void;
    lookup(table: string, key: string): string | null;
    state(name: string): State;
    header(name: string, value: string): Header;
    readonly http: {
      get(url: string, options?: { headers?: { [name: string]: string }, timeout?: Duration }): HttpAnswer;
      post(url: string, options: { body?: string, headers?: { [name: string]: string }, timeout?: Duration }): HttpAnswer;
    };
    readonly dns: {
      mx(domain: string): ReadonlyArray<{ preference: number, host: string }>;
      addresses(host: string): ReadonlyArray<string>;
      a(name: string): ReadonlyArray<string>;
      txt(name: string): ReadonlyArray<string>;
      ptr(address: string): ReadonlyArray<string>;
    };
    readonly records: { emit(kind: string, fields: { [name: string]: string | number | boolean }): void };
  };
}

export interface Script {
  name?: string;
  api: 1;
  config?: { [key: string]: Json };
  selftest?(): boolean | void;
  delivery?: Partial<Delivery> & { name?: string };
  protocol?: Partial<Protocol> & { name?: string };
  reception?: Partial<Reception> & { name?: string };
  recordFormat?: Partial<RecordFormat> & { name?: string };
  recordSink?: Partial<RecordSink> & { name?: string };
  routing?: Partial<Routing> & { name?: string };
  saslMechanism?: Partial<SaslMechanism> & { name?: string };
  transport?: Partial<Transport> & { name?: string };
  policy?: {
    AliasFor?(query: AliasFor): Array<Address | AddressLike | string> | Answer<Array<Address | AddressLike | string>> | null | void;
    CertFor?(query: CertFor): string | Answer<string> | null | void;
    DomainFor?(query: DomainFor): DomainForRole | Answer<DomainForRole> | null | void;
    ListenerFor?(query: ListenerFor): { [key: string]: string } | Answer<{ [key: string]: string }> | null | void;
    PathFor?(query: PathFor): { [key: string]: string } | Answer<{ [key: string]: string }> | null | void;
    PoolFor?(query: PoolFor): Array<PoolForMember | PoolForMemberLike> | Answer<Array<PoolForMember | PoolForMemberLike>> | null | void;
    QueueFor?(query: QueueFor): { [key: string]: string } | Answer<{ [key: string]: string }> | null | void;
    RdnsFor?(query: RdnsFor): string | Answer<string> | null | void;
    SiteFor?(query: SiteFor): string | Answer<string> | null | void;
    SourceFor?(query: SourceFor): Source | SourceLike | Answer<Source | SourceLike> | null | void;
    Table?(query: Table): string | Answer<string> | null | void;
    TlsFor?(query: TlsFor): TlsForMode | Answer<TlsForMode> | null | void;
    UserFor?(query: UserFor): UserForUser | UserForUserLike | Answer<UserForUser | UserForUserLike> | null | void;
  };
  hooks?: { [type: string]: { [method: string]: (...args: any[]) => any } };
}

/**
 * A mailbox as SMTP writes it between angle brackets: local part as given, domain in lower case (A-label,
 * U-label or address literal as given). The null reverse-path `<>` is `NULL`; `<postmaster>` (RFC 5321 section
 * 4.5.1) has an empty domain.
 *
 * Whether the syntax is right is for the SMTP parser to say; this value only refuses what would let an address
 * break out of a line or of its brackets.
 */
export interface Address {
  type(): 'Address';
  domain(): string;
  isNull(): boolean;
  localPart(): string;
  toString(): string;
}
export interface AddressLike {
  localPart?: string;
  domain?: string;
}

/** One try to deliver a message to some of its recipients. Used by one thread. */
export interface Attempt {
  campaign(): string;
  destination(): string;
  /** The message; its content as it will be sent. */
  message(): Message;
  /** 1 for the first. */
  number(): number;
  path(): Path;
  /** The plan of this attempt. */
  pin(): Pin;
  /** The recipients of this attempt, a part of the message's. */
  recipients(): ReadonlyArray<Recipient>;
  tenant(): string;
  toString(): string;
}

/**
 * The outcome of an authentication exchange.
 * @param mechanism in upper case
 * @param user the authorization identity; on failure what was claimed, or the empty string
 */
export interface AuthResult {
  type(): 'AuthResult';
  mechanism(): string;
  success(): boolean;
  user(): string;
  toString(): string;
}
export interface AuthResultLike {
  mechanism?: string;
  user?: string;
  success?: boolean;
}

/** The BODY parameter of MAIL. */
export type BodyType = 'SEVEN_BIT' | 'EIGHT_BIT_MIME' | 'BINARY_MIME';

/** The keywords of the answer to EHLO; the mutators are edits. */
export interface Capabilities {
  /**
   * Edit: announces a line; replaces the line with the same keyword. Parameters of MAIL and RCPT that it brings
   * are let through.
   */
  announce(line: string, ...parameters: string[]): void;
  /** Lines as they will be sent, such as `SIZE 52428800`. */
  lines(): ReadonlyArray<string>;
  /** Edit: takes a keyword out; the server then refuses what it stood for. */
  withdraw(keyword: string): void;
  toString(): string;
}

/** Why a message is placed. */
export type Cause = 'RECEIVED' | 'INJECTED' | 'BOUNCE' | 'LOADED' | 'RETRY' | 'REBIND' | 'TRANSFER';

/** Why a session ended. */
export type Close = 'QUIT' | 'LOST' | 'TIMEOUT' | 'REFUSED' | 'SHUTDOWN';

/** A command line as it came in. */
export interface Command {
  /** Edit: the positive reply to the command; the plugin has carried it out. */
  answer(reply: Reply | ReplyLike | string): void;
  /** All after the verb, without surrounding white space; octets outside ASCII read as UTF-8. */
  argument(): string;
  /** Whether the server itself knows the verb. */
  known(): boolean;
  /** In upper case. */
  verb(): string;
  toString(): string;
}

/**
 * How to authenticate to a server.
 * @param mechanism PLAIN, LOGIN ...; sent only under TLS
 */
export interface Credentials {
  type(): 'Credentials';
  mechanism(): string;
  password(): string;
  user(): string;
  toString(): string;
}
export interface CredentialsLike {
  mechanism?: string;
  user?: string;
  password?: string;
}

/**
 * Decides around delivery. Calls run on the virtual thread of the attempt or of the channel; an attempt pins its
 * plan from `ready` to `done`. Instances are shared and must be thread-safe.
 *
 * Selector keys: `tenant`, `campaign`, `destination`, `site`, `source`, `transport`.
 */
export interface Delivery {
  /** How to authenticate; empty: not at all, or as the path's settings say. */
  auth(path: Path, hop: Hop): Credentials | CredentialsLike | null | void;
  /**
   * A notification is due: failure, delay, or success where it was asked for and the next hop cannot give it. The
   * plugin that makes notifications does it here with `Intake` and accepts; Discard: none wanted. Must succeed
   * before the recipients are taken off the queue: a failure here is tried again.
   */
  bounce(notice: Notice): Answered | Promise<Answered>;
  /** The content of this attempt; changes hold for the attempt only. */
  content(attempt: Attempt, message: Message): Answered | Promise<Answered>;
  /** A connection to this host is about to be opened. Refuse: the next host is tried. */
  dial(path: Path, hop: Hop): Answered | Promise<Answered>;
  /** A recipient's story has ended: exactly once for each. */
  done(attempt: Attempt, recipient: Recipient, fate: Fate): void;
  /** The envelope of this attempt; changes hold for the attempt only (VERP, SRS). */
  envelope(attempt: Attempt, message: Message): Answered | Promise<Answered>;
  /** Banner and EHLO were read. Refuse: the next host is tried. */
  greeted(path: Path, hop: Hop, greeting: Greeting): Answered | Promise<Answered>;
  /** A message is about to leave its queue. Later: not before. Refuse 4xx: retry by schedule; 5xx: bounce. */
  ready(attempt: Attempt): Answered | Promise<Answered>;
  /** Instead of the transport's own look-up; cached for the answer's time to live. */
  resolve(transport: string, destination: string): Resolution | ResolutionSiteLike | ResolutionUnroutableLike | ResolutionUnknownLike | null | void;
  /** A reply for one recipient. Another reply (classification): `Verdict.refuse`; Accept: leave it. */
  response(attempt: Attempt, recipient: Recipient, reply: Reply): Answered | Promise<Answered>;
  /** A recipient will be tried again at `next`. Later: at that time; Refuse 5xx: bounce now. */
  retry(attempt: Attempt, recipient: Recipient, reply: Reply, next: Date): Answered | Promise<Answered>;
  /** TLS is established. Refuse: the next host is tried. */
  secured(path: Path, hop: Hop, tls: TlsInfo): Answered | Promise<Answered>;
  /** Which source of the pool a queue uses. */
  source(tenant: string, destination: string, pool: ReadonlyArray<Source>): Source | SourceLike | null | void;
  toString(): string;
}

export type DomainForRole = 'RELAY' | 'LOCAL' | 'CLOSED';

/** How a transaction ended. */
export type End = 'COMMITTED' | 'REFUSED' | 'DISCARDED' | 'RESET' | 'LOST';

/**
 * Where to listen or dial.
 * @param scheme name of the `Io`: `tcp`, `unix` ...
 * @param host name, address, or path of a socket
 * @param port 0 where the scheme has none, and to let the system choose
 * @param options further words for the scheme
 */
export interface Endpoint {
  type(): 'Endpoint';
  host(): string;
  options(): { [key: string]: string };
  port(): number;
  scheme(): string;
  socketAddress(): InetSocketAddress;
  toString(): string;
}
export interface EndpointLike {
  scheme?: string;
  host?: string;
  port?: number;
  options?: { [key: string]: string };
}

/** An enhanced status code, RFC 3463 section 2: `status.subject.detail`. */
export interface EnhancedCode {
  type(): 'EnhancedCode';
  detail(): number;
  isNone(): boolean;
  status(): number;
  subject(): number;
  toString(): string;
}
export interface EnhancedCodeLike {
  status?: number;
  subject?: number;
  detail?: number;
}

/** Who a message is from and for. */
export interface Envelope {
  type(): 'Envelope';
  recipients(): ReadonlyArray<Recipient>;
  sender(): Sender;
  withRecipients(others: Array<Recipient | RecipientLike | string>): Envelope;
  withSender(other: Sender | SenderLike): Envelope;
  toString(): string;
}
export interface EnvelopeLike {
  sender: Sender | SenderLike;
  recipients?: Array<Recipient | RecipientLike | string>;
}

/** The end of one recipient's story. */
export type Fate = FateDelivered | FateBounced | FateExpired | FateRemoved;

/** Refused for good by the far side or by a plugin. */
export interface FateBounced {
  type(): 'Bounced';
  reply(): Reply;
  toString(): string;
}
export interface FateBouncedLike {
  type: 'Bounced';
  reply: Reply | ReplyLike | string;
}

export interface FateDelivered {
  type(): 'Delivered';
  relayedWithDsn(): boolean;
  reply(): Reply;
  toString(): string;
}
export interface FateDeliveredLike {
  type: 'Delivered';
  reply: Reply | ReplyLike | string;
  relayedWithDsn?: boolean;
}

/** Its time ran out; the reply is the last one that was seen. */
export interface FateExpired {
  type(): 'Expired';
  reply(): Reply;
  toString(): string;
}
export interface FateExpiredLike {
  type: 'Expired';
  reply: Reply | ReplyLike | string;
}

/** An operator said so. */
export interface FateRemoved {
  type(): 'Removed';
  reply(): Reply;
  tellSender(): boolean;
  toString(): string;
}
export interface FateRemovedLike {
  type: 'Removed';
  reply: Reply | ReplyLike | string;
  tellSender?: boolean;
}

/**
 * What a server said of itself.
 * @param banner the 220 reply
 * @param capabilities the lines of its answer to EHLO without the first
 */
export interface Greeting {
  type(): 'Greeting';
  banner(): Reply;
  capabilities(): ReadonlyArray<string>;
  toString(): string;
}
export interface GreetingLike {
  banner: Reply | ReplyLike | string;
  capabilities?: Array<string>;
}

/**
 * One header field.
 * @param name as written
 * @param raw everything after the colon up to the final CRLF, folds and leading space included, one char per
 * octet (ISO 8859-1), so that nothing is lost: signatures cover these octets
 */
export interface Header {
  type(): 'Header';
  is(other: string): boolean;
  name(): string;
  raw(): string;
  /** Unfolded, without surrounding white space, read as UTF-8. */
  value(): string;
  toString(): string;
}
export interface HeaderLike {
  name?: string;
  raw?: string;
}

/**
 * The header section of a message. Reading shows it as it was when the call began; the mutators are edits,
 * applied in order when the call returns in time with an admissible verdict. Not thread-safe.
 */
export interface Headers {
  /** All fields, top to bottom. */
  all(): ReadonlyArray<Header>;
  all(name: string): ReadonlyArray<Header>;
  /** Puts a field at the bottom. */
  append(header: Header | HeaderLike): void;
  /** The value of the topmost field of that name. */
  first(name: string): string | null;
  /**
   * Puts a field before the one at this index.
   * @param index 0 is the top; beyond the end means the bottom
   */
  insert(index: number, header: Header | HeaderLike): void;
  /** Puts a field on top, above the trace fields. */
  prepend(header: Header | HeaderLike): void;
  /** Removes all fields of that name. */
  remove(name: string): void;
  /** Removes the n-th field of that name, counted from 0 at the top; none there: nothing happens. */
  remove(name: string, n: number): void;
  /** Replaces the n-th field of its name, counted from 0 at the top; appends where there is none. */
  replace(n: number, header: Header | HeaderLike): void;
  toString(): string;
}

/**
 * One host to try.
 * @param host its name, for TLS and records
 * @param addresses in the order to try; resolved when the transport is about to connect, so it may be empty
 * before
 * @param preference as in MX; lower first
 */
export interface Hop {
  type(): 'Hop';
  addresses(): ReadonlyArray<InetAddress>;
  host(): string;
  port(): number;
  preference(): number;
  toString(): string;
}
export interface HopLike {
  host?: string;
  addresses?: Array<InetAddress | string>;
  port?: number;
  preference?: number;
}

/**
 * What a protocol knows of the listener whose connection it serves.
 *
 * `settings` holds the listener's own entries from the configuration, as text.
 */
export interface Listener {
  endpoint(): Endpoint;
  name(): string;
  /**
   * The plan for the session; renew it between commands while nothing is open, so that an idle session never holds
   * old code. The listener closes it when the session has ended.
   */
  pin(): Pin;
  settings(): { [key: string]: string };
  /**
   * Whether the session should end: the node stops, the listener was taken away, or the protocol is another one in
   * the plan that the pin was renewed to. To be asked after renewing: finish what is open, then say 421 and go.
   */
  stopping(): boolean;
  toString(): string;
}

/**
 * An event. Each kind is a record of this package; whatever a plugin wants to add is an `Event`. Formats need
 * not know the kinds: `describe` names every field.
 */
export interface LogRecord {
  /** Tells all fields but time and kind, in a fixed order; those without a value are left out. */
  describe(out: LogRecordFields): void;
  /** `Reception`, `Delivery` ..; the simple name of the record, or the name given to an event. */
  kind(): string;
  time(): Date;
  toString(): string;
}

/** Takes the fields of a record, one after the other. Names are lower camel case. */
export interface LogRecordFields {
  /** In milliseconds, under the given name with `Millis` behind it. */
  duration(name: string, value: Duration): void;
  flag(name: string, value: boolean): void;
  number(name: string, value: number): void;
  text(name: string, value: string): void;
  texts(name: string, values: Array<string>): void;
  time(name: string, value: Time): void;
  toString(): string;
}

/**
 * A message under way, as one call sees it. The mutators are edits: applied when the call returns in time with
 * an admissible verdict, and refused with `IllegalStateException` at the stages that only read. Not thread-safe.
 */
export interface Message {
  /** Edit: one more recipient. */
  addRecipient(recipient: Recipient | RecipientLike | string): void;
  /** When it was accepted. */
  arrival(): Date;
  /** The body, after the empty line. */
  body(): Content;
  /** Header section and body as they are now. */
  content(): Content;
  envelope(): Envelope;
  headers(): Headers;
  /** Unique for the life of the spool; 13 characters, sorted by time; the "queue id" of the log. */
  id(): string;
  notes(): Notes;
  /** Edit: takes out a recipient, compared as a whole address; none like it: nothing happens. */
  removeRecipient(recipient: Recipient | RecipientLike | string): void;
  /** Edit: another body; read to its end when the call has returned, then closed. */
  replaceBody(body: Octets): void;
  /** Edit: another reverse-path. */
  replaceSender(sender: Sender | SenderLike): void;
  toString(): string;
}

/**
 * What plugins remember with a session, a transaction or a message: JSON values only (String, Long, Double,
 * Boolean, List, Map with String keys), so that they survive queueing and restarts and never hold a plugin's
 * class. Each plugin writes into its own name space and may read everybody's. Notes of a message are stored with
 * it: 16 KiB per message at most, more is a plugin error.
 *
 * A `put` is an edit: it takes effect when the call returns in time with an admissible verdict.
 */
export interface Notes {
  /** Everything, plugin name to key to value; a copy. */
  all(): { [key: string]: { [key: string]: Json } };
  /** What this plugin has put under the key. */
  find(key: string): Json | null;
  /** What the named plugin has put under the key. */
  find(plugin: string, key: string): Json | null;
  /** Throws `IllegalArgumentException` if the value is not JSON. */
  put(key: string, json: Json): void;
  toString(): string;
}

/**
 * What a sender has to be told.
 * @param kind FAILURE, DELAY or SUCCESS
 * @param message what it is about, as it was sent
 * @param recipients whom it is about, and why; never empty
 */
export interface Notice {
  type(): 'Notice';
  kind(): RecipientNotify;
  message(): Message;
  recipients(): ReadonlyArray<NoticeReport>;
  toString(): string;
}
export interface NoticeLike {
  kind: RecipientNotify;
  message: Message;
  recipients?: Array<NoticeReport | NoticeReportLike>;
}

/**
 * @param fate how it ended; a delay is told with `Expired` of the last reply, not final
 * @param peer who said so, `mx1.example.com`, if anybody
 * @param lastAttempt when
 * @param retryUntil for a delay: until when it will be tried
 */
export interface NoticeReport {
  type(): 'Report';
  fate(): Fate;
  lastAttempt(): Date | null;
  peer(): string | null;
  recipient(): Recipient;
  retryUntil(): Date | null;
  toString(): string;
}
export interface NoticeReportLike {
  recipient: Recipient | RecipientLike | string;
  fate: Fate | FateDeliveredLike | FateBouncedLike | FateExpiredLike | FateRemovedLike;
  peer?: string | null | void;
  lastAttempt?: Time | null | void;
  retryUntil?: Time | null | void;
}

/** What became of one recipient in one attempt. */
export type Outcome = OutcomeDelivered | OutcomeTransient | OutcomePermanent;

/** The far side has taken responsibility. */
export interface OutcomeDelivered {
  type(): 'Delivered';
  recipient(): Recipient;
  relayedWithDsn(): boolean;
  reply(): Reply;
  toString(): string;
}
export interface OutcomeDeliveredLike {
  type: 'Delivered';
  recipient: Recipient | RecipientLike | string;
  reply: Reply | ReplyLike | string;
  relayedWithDsn?: boolean;
}

/** Never. */
export interface OutcomePermanent {
  type(): 'Permanent';
  recipient(): Recipient;
  reply(): Reply;
  toString(): string;
}
export interface OutcomePermanentLike {
  type: 'Permanent';
  recipient: Recipient | RecipientLike | string;
  reply: Reply | ReplyLike | string;
}

/** To be tried again. */
export interface OutcomeTransient {
  type(): 'Transient';
  recipient(): Recipient;
  reply(): Reply;
  toString(): string;
}
export interface OutcomeTransientLike {
  type: 'Transient';
  recipient: Recipient | RecipientLike | string;
  reply: Reply | ReplyLike | string;
}

/**
 * The way of a message out of this node: connections belong to it, limits apply to it, queues feed it.
 * @param transport name of the transport
 * @param site destinations with the same set of mail exchangers are one site
 * @param source where connections come from
 * @param settings the limits in force when the channel was opened
 */
export interface Path {
  type(): 'Path';
  /** `smtp:mx.example.com via default`, for tables and records. */
  name(): string;
  settings(): PathSettings;
  site(): string;
  source(): Source;
  transport(): string;
  toString(): string;
}
export interface PathLike {
  transport?: string;
  site?: string;
  source: Source | SourceLike;
  settings: PathSettings | PathSettingsLike;
}

/**
 * Limits and manners of a path.
 * @param connections open at the same time
 * @param messagesPerConnection 0: no limit
 * @param rate messages per second over all connections; 0: no limit
 * @param connectTimeout for the connection to stand
 * @param commandTimeout for the reply to a command; the times of RFC 5321 section 4.5.3.2 where longer
 * @param idle how long an unused connection is kept
 * @param backoff how long a path rests after nobody could be reached; grows up to maxBackoff
 * @param tls whether to encrypt
 */
export interface PathSettings {
  type(): 'PathSettings';
  backoff(): number;
  commandTimeout(): number;
  connectTimeout(): number;
  connections(): number;
  idle(): number;
  maxBackoff(): number;
  messagesPerConnection(): number;
  rate(): number;
  recipientsPerTransaction(): number;
  tls(): TlsForMode;
  toString(): string;
}
export interface PathSettingsLike {
  connections?: number;
  messagesPerConnection?: number;
  recipientsPerTransaction?: number;
  rate?: number;
  connectTimeout: Duration;
  commandTimeout: Duration;
  idle: Duration;
  backoff: Duration;
  maxBackoff: Duration;
  tls: TlsForMode;
}

/**
 * The certificate that the far side of a TLS connection has shown, and whose key it has proved to have. What it
 * says is true only if it was verified (`TlsInfo.verified`); one that was not is still the one with this
 * fingerprint.
 * @param subject RFC 2253
 * @param issuer RFC 2253
 * @param fingerprint SHA-256 of the certificate, lower case hex
 * @param publicKey SHA-256 of its public key (SubjectPublicKeyInfo), lower case hex; stays when it is renewed
 * @param names its subject alternative names: `dns:mx.example.org`, `email:ann@example.org`, `uri:...`; other
 * kinds are left out
 * @param from when its validity begins
 * @param until when it ends
 * @param trouble why it was not verified; empty if it was
 */
export interface PeerCertificate {
  type(): 'PeerCertificate';
  fingerprint(): string;
  from(): Date;
  issuer(): string;
  names(): ReadonlyArray<string>;
  publicKey(): string;
  subject(): string;
  trouble(): string;
  until(): Date;
  toString(): string;
}
export interface PeerCertificateLike {
  subject?: string;
  issuer?: string;
  fingerprint?: string;
  publicKey?: string;
  names?: Array<string>;
  from: Time;
  until: Time;
  trouble?: string;
}

/** Keeps one plan alive; see `HookPoints.pin`. Closing it twice does no harm. */
export interface Pin {
  close(): void;
  /**
   * What to do when a plugin called with this pin ignores its deadline and its interruption, so that the calling
   * thread may never come back: the owner gives up the session or attempt (closes its connection). Called once, on
   * another thread. The calling thread, should it return, finds the decision to close.
   */
  onHang(giveUp: any): void;
  /** Number of the plan, for records. */
  plan(): number;
  /** Lets the current plan take the place of the pinned one; for sessions between commands. */
  renew(): void;
  toString(): string;
}

/**
 * Where a message waits and how it leaves. Set for the whole message at `Routing.place`; the destination is set
 * per recipient and starts as the recipient's domain. Mutators are edits and return this.
 */
export interface Placement {
  /** Empty unless somebody says otherwise. */
  campaign(): string;
  campaign(name: string): Placement;
  /** Empty: by policy, from its arrival. */
  expires(): Date | null;
  expires(when: Time): Placement;
  notBefore(): Date | null;
  notBefore(when: Time): Placement;
  /** Name of the pool of sources; empty: by policy. */
  pool(): string | null;
  pool(name: string): Placement;
  /** 0 (first) to 9 (last); 5 unless somebody says otherwise. */
  priority(): number;
  priority(priority: number): Placement;
  /**
   * Where all recipients go instead of their own domains: a domain whose MX is looked up, or a host in brackets,
   * `[relay.example]:587`; empty: by policy.
   */
  route(): string | null;
  route(route: string): Placement;
  /** `default` unless somebody says otherwise. */
  tenant(): string;
  tenant(name: string): Placement;
  /** Name of the transport; empty: by policy. */
  transport(): string | null;
  transport(name: string): Placement;
  toString(): string;
}

/** @param weight share of the pool's mail */
export interface PoolForMember {
  type(): 'Member';
  source(): string;
  weight(): number;
  toString(): string;
}
export interface PoolForMemberLike {
  source?: string;
  weight?: number;
}

/** Serves connections of a listener, chosen by name: smtp, lmtp .. */
export interface Protocol {
  /**
   * Called instead of `serve` for a connection beyond the listener's limits, on its virtual thread: says so in the
   * protocol's own words (SMTP: `421 4.7.0`) and reads nothing. The listener closes the wire afterwards. Without
   * words the client only sees the end of the connection.
   */
  refuse(wire: Wire, listener: Listener): void;
  /** Serves one connection to its end, on a virtual thread of its own; the listener closes the wire afterwards. */
  serve(wire: Wire, listener: Listener): void;
  toString(): string;
}

/**
 * Decides about mail while it comes in. Calls for one session come one after the other on the session's own
 * virtual thread (but `stream`); blocking is fine. An instance serves all sessions at once and must be
 * thread-safe: what belongs to a session or a message goes into its notes.
 *
 * Selector keys of bindings: `listener`, `client` (address), `user`, `sender.domain`, `recipient.domain`,
 * `tenant`.
 *
 * When nobody has an opinion everything proceeds, except `rcpt`: a recipient that no plugin accepts is refused
 * with 550 5.7.1, so that a server without plugins is no open relay.
 */
export interface Reception {
  /** An AUTH exchange has ended. Refuse turns a success into a failure. */
  auth(session: Session, result: AuthResult): Answered | Promise<Answered>;
  /** A session has ended: exactly once for each `connect` that was run, whatever happens. */
  close(session: Session, why: Close): void;
  /**
   * A command that the server does not know, or one of RSET, NOOP, VRFY, EXPN, HELP, ETRN, before the server acts.
   * Answer with `Command.answer` and Accept, or Refuse.
   */
  command(session: Session, command: Command): Answered | Promise<Answered>;
  /** A client has connected (after PROXY, before the greeting). Refuse: greeted with 554 or 421 and closed. */
  connect(session: Session): Answered | Promise<Answered>;
  /** DATA or the first BDAT, before 354. */
  data(transaction: Transaction): Answered | Promise<Answered>;
  /** A transaction has ended: exactly once for each `mail` that was run, whatever happens. */
  end(transaction: Transaction, how: End): void;
  /** The header section is complete; the body is still coming. */
  headers(transaction: Transaction, message: Message): Answered | Promise<Answered>;
  /** HELO, EHLO or LHLO; the capabilities that will be announced may be edited. */
  helo(session: Session, name: string, capabilities: Capabilities): Answered | Promise<Answered>;
  /** MAIL. */
  mail(transaction: Transaction, sender: Sender): Answered | Promise<Answered>;
  /** The whole message, before it is stored and before the answer. Scanners, header and body changes. */
  message(transaction: Transaction, message: Message): Answered | Promise<Answered>;
  /**
   * The whole message, for one recipient. LMTP answers each recipient for itself. SMTP has one answer for all: if
   * some are refused, the message is, with a 4xx reply if there is one among them, so that nothing is lost or
   * doubled. Who wants to drop one recipient and keep the others says Discard.
   */
  perRecipient(transaction: Transaction, message: Message, recipient: Recipient): Answered | Promise<Answered>;
  /** RCPT. Accept takes the recipient; Hold and Discard are for the message. */
  rcpt(transaction: Transaction, recipient: Recipient): Answered | Promise<Answered>;
  /** A recipient was refused, by a plugin or by the server. */
  rcptRefused(transaction: Transaction, recipient: Recipient, reply: Reply): void;
  /** A reply about to be sent: empty leaves it, another of the same class (2, 3, 4 or 5) takes its place. */
  reply(session: Session, command: Command | null, reply: Reply): Reply | ReplyLike | string | null | void;
  /**
   * The content while it arrives, on a thread of its own beside the session. Returning early is fine: the rest is
   * not offered. A slow reader slows the client down, until the deadline. The verdict counts at the end of data.
   */
  stream(transaction: Transaction, content: InputStream): Answered | Promise<Answered>;
  /** TLS is established, by STARTTLS or from the start. Refuse: the next command gets the reply, then it is closed. */
  tls(session: Session, tls: TlsInfo): Answered | Promise<Answered>;
  toString(): string;
}

/**
 * A forward-path with what RCPT said about it.
 * @param notifyOn NOTIFY (RFC 3461 section 4.1); empty where it was not given
 * @param orcpt ORCPT as `type;address`, xtext decoded (RFC 3461 section 4.2)
 * @param parameters parameters that the server does not know itself, keyword in upper case
 */
export interface Recipient {
  type(): 'Recipient';
  address(): Address;
  notifyOn(): ReadonlyArray<RecipientNotify>;
  orcpt(): string | null;
  parameters(): { [key: string]: string };
  /** Whether a notice of this kind is wanted; without NOTIFY: failure and delay (RFC 3461 section 4.1). */
  wants(kind: RecipientNotify): boolean;
  /** The same wishes for another mailbox; ORCPT keeps what the sender wrote (RFC 3461 section 5.2.7.1). */
  withAddress(other: Address | AddressLike | string): Recipient;
  toString(): string;
}
export interface RecipientLike {
  address: Address | AddressLike | string;
  notifyOn?: Array<RecipientNotify>;
  orcpt?: string | null | void;
  parameters?: { [key: string]: string };
}

/** When the sender wants to hear of a recipient's fate. */
export type RecipientNotify = 'NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY';

/** Writes a record as octets, line end included; chosen by name (`Named`). Thread-safe. */
export interface RecordFormat {
  format(record: LogRecord): Octets | Promise<Octets>;
  toString(): string;
}

/**
 * Takes records in batches, in order, on one thread of the host per binding. Bindings choose kinds with `when:
 * {kind: [Delivery, Bounce]`}.
 */
export interface RecordSink {
  /** `reopen` (rotation by somebody else), `flush`. */
  control(operation: string): void;
  /**
   * When it returns the batch is safe; when it throws the same batch comes again (or is spilled, or dropped: the
   * binding says).
   */
  write(batch: ReadonlyArray<LogRecord>): void;
  toString(): string;
}

/**
 * An SMTP reply (RFC 5321 section 4.2): code, enhanced status code (RFC 3463) or `EnhancedCode.NONE`, and one or
 * more lines of text without code. Text never holds a CR, LF or NUL: a plugin or a peer that puts one there must
 * not be able to write a reply of its own into the stream.
 */
export interface Reply {
  type(): 'Reply';
  code(): number;
  enhanced(): EnhancedCode;
  /** 5xx. */
  isPermanent(): boolean;
  /** 2xx or 3xx. */
  isPositive(): boolean;
  /** 4xx: the same command may succeed later. */
  isTransient(): boolean;
  lines(): ReadonlyArray<string>;
  /** All lines as one, for records and tables. */
  text(): string;
  toString(): string;
}
export interface ReplyLike {
  code?: number;
  enhanced: EnhancedCode | EnhancedCodeLike | string;
  lines?: Array<string>;
}

/** Where a destination is served. */
export type Resolution = ResolutionSite | ResolutionUnroutable | ResolutionUnknown;

/**
 * @param site name under which all destinations with the same hosts meet
 * @param hops in the order to try
 * @param ttl how long this may be believed
 */
export interface ResolutionSite {
  type(): 'Site';
  hops(): ReadonlyArray<Hop>;
  site(): string;
  ttl(): number;
  toString(): string;
}
export interface ResolutionSiteLike {
  type: 'Site';
  site?: string;
  hops?: Array<Hop | HopLike>;
  ttl: Duration;
}

/** It could not be told now: try later; the 4xx reply says why. */
export interface ResolutionUnknown {
  type(): 'Unknown';
  reply(): Reply;
  toString(): string;
}
export interface ResolutionUnknownLike {
  type: 'Unknown';
  reply: Reply | ReplyLike | string;
}

/** It takes no mail (no such domain, null MX): bounce with this 5xx reply. */
export interface ResolutionUnroutable {
  type(): 'Unroutable';
  reply(): Reply;
  toString(): string;
}
export interface ResolutionUnroutableLike {
  type: 'Unroutable';
  reply: Reply | ReplyLike | string;
}

/**
 * Decides where mail goes, on every way in (SMTP, HTTP, pickup, bounces). Runs on the thread that brings the
 * message, before it is stored. Selector keys: `cause`, `tenant`, `sender.domain`, `user`, `listener`.
 */
export interface Routing {
  /** Sets tenant, campaign, priority, times, route, pool and transport. Later: not before. Refuse: to the sender. */
  place(message: Message, placement: Placement, cause: Cause): Answered | Promise<Answered>;
  /** The last change to the content, where signatures are made; after it the content stays as it is. */
  seal(message: Message): Answered | Promise<Answered>;
  /**
   * Splits one message into several, each with its own id and notes and all sharing what they can. Empty: by
   * policy (one message, its recipients grouped by destination).
   */
  split(message: Message): Array<Array<Recipient | RecipientLike | string>> | null | void;
  toString(): string;
}

/**
 * A SASL mechanism (RFC 4422, RFC 4954), chosen by its name (`Named`, upper case). Announced in the answer to
 * EHLO when it may be used. Runs on the session's thread.
 */
export interface SaslMechanism {
  /** Begins an exchange. */
  begin(session: Session): SaslMechanismExchange | Promise<SaslMechanismExchange>;
  /** Whether secrets pass readably, so that it is offered only under TLS. */
  plaintext(): boolean | Promise<boolean>;
  /**
   * Whether this client could use it: if not, it is not told of it. Asked with each EHLO and each AUTH; to be
   * quick.
   */
  usable(session: Session): boolean | Promise<boolean>;
  toString(): string;
}

/** One exchange; used by one thread. */
export interface SaslMechanismExchange {
  /** It is over: by its last step, or because it failed, or the client gave up or is gone. Called once. */
  close(): void;
  /**
   * The client sent an initial response of no octets, which is more than none: a single `=` (RFC 4954 section 4).
   * Only a few mechanisms have one, EXTERNAL for instance; to the others it is as if none was sent.
   */
  emptyResponse(): SaslMechanismStep | StepChallengeLike | StepSuccessLike | StepFailureLike | Promise<SaslMechanismStep | StepChallengeLike | StepSuccessLike | StepFailureLike>;
  /**
   * The client's (initial) response, decoded from base64; empty and first: the client sent none. Anything thrown
   * is a temporary failure, 454 4.7.0.
   */
  step(response: ReadonlyArray<number>, initial: boolean): SaslMechanismStep | StepChallengeLike | StepSuccessLike | StepFailureLike | Promise<SaslMechanismStep | StepChallengeLike | StepSuccessLike | StepFailureLike>;
  toString(): string;
}

/** What comes next. */
export type SaslMechanismStep = StepChallenge | StepSuccess | StepFailure;

/**
 * The reverse-path with what MAIL said about the message.
 * @param address `Address.NULL` for notifications
 * @param body BODY (RFC 6152, RFC 3030)
 * @param size SIZE as declared, in bytes (RFC 1870)
 * @param smtpUtf8 SMTPUTF8 (RFC 6531)
 * @param requireTls REQUIRETLS (RFC 8689)
 * @param ret RET (RFC 3461)
 * @param envid ENVID, xtext decoded (RFC 3461)
 * @param auth AUTH, xtext decoded (RFC 4954 section 5)
 * @param priority MT-PRIORITY, -9 to 9 (RFC 6710)
 * @param parameters parameters that the server does not know itself, keyword in upper case; there only if a
 * plugin announced the keyword
 */
export interface Sender {
  type(): 'Sender';
  address(): Address;
  auth(): string | null;
  body(): BodyType;
  envid(): string | null;
  parameters(): { [key: string]: string };
  priority(): number | null;
  requireTls(): boolean;
  ret(): SenderRet;
  size(): number | null;
  smtpUtf8(): boolean;
  withAddress(other: Address | AddressLike | string): Sender;
  withBody(other: BodyType): Sender;
  toString(): string;
}
export interface SenderLike {
  address: Address | AddressLike | string;
  body: BodyType;
  size?: number | null;
  smtpUtf8?: boolean;
  requireTls?: boolean;
  ret: SenderRet;
  envid?: string | null | void;
  auth?: string | null | void;
  priority?: number | null;
  parameters?: { [key: string]: string };
}

/** What a bounce returns (RFC 3461 section 4.3). */
export type SenderRet = 'UNSPECIFIED' | 'FULL' | 'HDRS';

/** One connection of a client. Read by the thread of the session only. */
export interface Session {
  /** The argument of HELO or EHLO; empty before. */
  helo(): string | null;
  /** Unique for the life of the process; for records. */
  id(): string;
  /** Name of the listener in the configuration, such as `mx` or `submission`. */
  listener(): string;
  local(): InetSocketAddress;
  /** The SASL mechanism by which they did, in upper case; empty if nobody has, or where `override` named the user. */
  mechanism(): string | null;
  /** Lives as long as the connection. */
  notes(): Notes;
  /**
   * Edit: speaks of another client from here on (PROXY, XCLIENT). Only for bindings configured as `trusted`.
   * Throws `SecurityException` if the binding is not trusted.
   */
  override(remote: InetSocketAddress, remoteName: string | null | void, helo: string | null | void, user: string | null | void): void;
  /** `SMTP`, `ESMTP`, `ESMTPS`, `ESMTPSA`, `LMTP` ..: RFC 3848, RFC 6531 section 4.3. */
  protocol(): string;
  /** The client; after PROXY or XCLIENT the one that they name. Its port is 0 where unknown. */
  remote(): InetSocketAddress;
  /** Name of the client by reverse DNS, confirmed by a forward look-up; empty if none or not looked up. */
  remoteName(): string | null;
  /** Empty while the connection is not encrypted. */
  tls(): TlsInfo | null;
  /** Who has authenticated; empty if nobody. */
  user(): string | null;
  toString(): string;
}

/**
 * Where connections come from.
 * @param address local address to bind; empty: the system chooses
 * @param helo name said in EHLO; empty: the node's own
 * @param proxy dialled instead of the host, which the proxy's `Io` reaches
 */
export interface Source {
  type(): 'Source';
  address(): InetAddress | null;
  helo(): string | null;
  name(): string;
  proxy(): Endpoint | null;
  toString(): string;
}
export interface SourceLike {
  name?: string;
  address?: InetAddress | string | null | void;
  helo?: string | null | void;
  proxy?: Endpoint | EndpointLike | string | null | void;
}

/** 334 with this challenge, base64 encoded by the server. */
export interface StepChallenge {
  type(): 'Challenge';
  data(): ReadonlyArray<number>;
  toString(): string;
}
export interface StepChallengeLike {
  type: 'Challenge';
  data: Octets;
}

/** 535 5.7.8; `user` is what was claimed, for the records. */
export interface StepFailure {
  type(): 'Failure';
  user(): string;
  toString(): string;
}
export interface StepFailureLike {
  type: 'Failure';
  user?: string;
}

/** 235. */
export interface StepSuccess {
  type(): 'Success';
  user(): string;
  toString(): string;
}
export interface StepSuccessLike {
  type: 'Success';
  user?: string;
}

export type TlsForMode = 'NONE' | 'OPPORTUNISTIC' | 'REQUIRED' | 'VERIFIED';

/**
 * An established TLS connection.
 * @param protocol such as `TLSv1.3`
 * @param cipher name of the suite
 * @param serverName what the client asked for (SNI)
 * @param peer subject of the peer's certificate, RFC 2253
 * @param issuer its issuer, RFC 2253
 * @param fingerprint SHA-256 of the peer's certificate, lower case hex
 * @param verified whether the peer's certificate was verified against a trusted root and, on the way out, its
 * name
 * @param certificate the peer's; empty if it has shown none
 */
export interface TlsInfo {
  type(): 'TlsInfo';
  certificate(): PeerCertificate | null;
  cipher(): string;
  fingerprint(): string | null;
  issuer(): string | null;
  peer(): string | null;
  protocol(): string;
  serverName(): string | null;
  verified(): boolean;
  toString(): string;
}
export interface TlsInfoLike {
  protocol?: string;
  cipher?: string;
  serverName?: string | null | void;
  peer?: string | null | void;
  issuer?: string | null | void;
  fingerprint?: string | null | void;
  verified?: boolean;
  certificate?: PeerCertificate | PeerCertificateLike | null | void;
}

/** One mail transaction, from MAIL to its end. Read by the thread of the session only. */
export interface Transaction {
  /** Edit: one more recipient, who has not to be accepted by anybody else. */
  addRecipient(recipient: Recipient | RecipientLike | string): void;
  /**
   * Edit: if what is being decided is refused for good (5xx), the client is told this instead and tries again
   * (Postfix DEFER_IF_REJECT). At MAIL it holds for the message and each of its recipients, at RCPT for the
   * recipient, later for the message. A refusal that closes the connection stays. Throws
   * `IllegalArgumentException` if it is no 4xx reply.
   */
  deferIfRefused(deferral: Reply | ReplyLike | string): void;
  /** Given at MAIL; the message keeps it if it is accepted. */
  id(): string;
  /** Stored with the message when it is accepted. */
  notes(): Notes;
  /**
   * Edit: a refusal that is given only if the message would be accepted otherwise (Postfix DEFER_IF_PERMIT,
   * postponed rejects): at the end of RCPT for the recipient, or at the end of data for the message.
   */
  pend(refusal: Reply | ReplyLike | string): void;
  /** Edit: a header field on top of the message, once there is one. */
  prependHeader(header: Header | HeaderLike): void;
  /** Those accepted so far. */
  recipients(): ReadonlyArray<Recipient>;
  /**
   * Edit: refuses a recipient that was accepted before. LMTP answers each recipient for itself; SMTP has one
   * answer for all, see `Reception.perRecipient`. Throws `IllegalArgumentException` if it is no 4xx or 5xx reply.
   */
  refuseRecipient(recipient: Recipient | RecipientLike | string, refusal: Reply | ReplyLike | string): void;
  /** Edit: takes out a recipient. */
  removeRecipient(recipient: Recipient | RecipientLike | string): void;
  /**
   * Edit: at `Reception.rcpt`, these instead of the recipient that is being decided (alias, list, forward); an
   * empty list accepts the command and delivers to nobody.
   */
  replaceRecipient(recipient: Recipient | RecipientLike | string, others: Array<Recipient | RecipientLike | string>): void;
  /** Edit: another reverse-path. */
  replaceSender(sender: Sender | SenderLike): void;
  sender(): Sender;
  session(): Session;
  toString(): string;
}

/**
 * A delivery protocol, chosen by its name (`Named`): smtp, lmtp, file, http .. Queueing, retry, limits, records
 * and priorities are the queue's business and work the same for all of them. Thread-safe.
 */
export interface Transport {
  /**
   * Opens a channel; a virtual thread of the queue does it and then uses the channel alone. Throws
   * `ConnectException` if nobody could be reached: the path backs off, no message is charged with an attempt.
   * @param hops from `resolve`, in the order to try
   */
  open(path: Path, hops: ReadonlyArray<Hop>, pin: Pin): TransportChannel | Promise<TransportChannel>;
  /**
   * Where a destination is served. Called before a path is chosen, on a virtual thread; the queue believes the
   * answer for its time to live.
   * @param destination a domain, or a route such as `[relay.example]:587`
   */
  resolve(destination: string): Resolution | ResolutionSiteLike | ResolutionUnroutableLike | ResolutionUnknownLike | Promise<Resolution | ResolutionSiteLike | ResolutionUnroutableLike | ResolutionUnknownLike>;
  toString(): string;
}

/** Able to take messages, one after the other. */
export interface TransportChannel {
  /** Keeps an idle connection from being cut off; false: it is dead. */
  alive(idle: number): boolean | Promise<boolean>;
  close(): void;
  /** Whom it reached, for records: `mx1.example.com[192.0.2.1]:25`. */
  peer(): string | Promise<string>;
  /** Whether another message may follow. Asked after each send. */
  reusable(): boolean | Promise<boolean>;
  /**
   * Sends one message and says what became of each recipient, in any order. A recipient without an outcome counts
   * as a transient failure. Throws `IOException` if the connection broke with nothing known about any recipient;
   * the channel is dropped.
   */
  send(attempt: Attempt): Array<Outcome | OutcomeDeliveredLike | OutcomeTransientLike | OutcomePermanentLike | { recipient: Recipient, reply: ReplyLike | Reply | string }> | Promise<Array<Outcome | OutcomeDeliveredLike | OutcomeTransientLike | OutcomePermanentLike | { recipient: Recipient, reply: ReplyLike | Reply | string }>>;
  toString(): string;
}

/**
 * @param name canonical
 * @param secret hashed password in the form of crypt or PHC, or the empty string
 * @param tenant whom the user's mail belongs to, or the empty string
 * @param enabled whether mail and logins are taken
 */
export interface UserForUser {
  type(): 'User';
  enabled(): boolean;
  name(): string;
  secret(): string;
  tenant(): string;
  toString(): string;
}
export interface UserForUserLike {
  name?: string;
  secret?: string;
  tenant?: string;
  enabled?: boolean;
}

/**
 * An open, two-way byte stream. Reading and writing block; one thread reads and one writes at a time. Closing it
 * from another thread ends both.
 */
export interface Wire {
  close(): void;
  in(): InputStream;
  local(): InetSocketAddress;
  /** Not buffered: each write goes out. */
  out(): OutputStream;
  /** How long a read may wait before it throws `SocketTimeoutException`; zero: for ever. */
  readTimeout(timeout: Duration): void;
  /** The far side; after PROXY the one that it names. Unresolved and port 0 where the scheme has no addresses. */
  remote(): InetSocketAddress;
  /** Empty while not encrypted. */
  tls(): TlsInfo | null;
  toString(): string;
}
