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

export interface Attempt {
  campaign(): string;
  destination(): string;
  message(): Message;
  number(): number;
  path(): Path;
  pin(): Pin;
  recipients(): ReadonlyArray<Recipient>;
  tenant(): string;
  toString(): string;
}

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

export type BodyType = 'SEVEN_BIT' | 'EIGHT_BIT_MIME' | 'BINARY_MIME';

export interface Capabilities {
  announce(line: string, ...parameters: string[]): void;
  lines(): ReadonlyArray<string>;
  withdraw(keyword: string): void;
  toString(): string;
}

export type Cause = 'RECEIVED' | 'INJECTED' | 'BOUNCE' | 'LOADED' | 'RETRY' | 'REBIND' | 'TRANSFER';

export type Close = 'QUIT' | 'LOST' | 'TIMEOUT' | 'REFUSED' | 'SHUTDOWN';

export interface Command {
  answer(reply: Reply | ReplyLike | string): void;
  argument(): string;
  known(): boolean;
  verb(): string;
  toString(): string;
}

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

export interface Delivery {
  auth(path: Path, hop: Hop): Credentials | CredentialsLike | null | void;
  bounce(notice: Notice): Answered | Promise<Answered>;
  content(attempt: Attempt, message: Message): Answered | Promise<Answered>;
  dial(path: Path, hop: Hop): Answered | Promise<Answered>;
  done(attempt: Attempt, recipient: Recipient, fate: Fate): void;
  envelope(attempt: Attempt, message: Message): Answered | Promise<Answered>;
  greeted(path: Path, hop: Hop, greeting: Greeting): Answered | Promise<Answered>;
  ready(attempt: Attempt): Answered | Promise<Answered>;
  resolve(transport: string, destination: string): Resolution | ResolutionSiteLike | ResolutionUnroutableLike | ResolutionUnknownLike | null | void;
  response(attempt: Attempt, recipient: Recipient, reply: Reply): Answered | Promise<Answered>;
  retry(attempt: Attempt, recipient: Recipient, reply: Reply, next: Date): Answered | Promise<Answered>;
  secured(path: Path, hop: Hop, tls: TlsInfo): Answered | Promise<Answered>;
  source(tenant: string, destination: string, pool: ReadonlyArray<Source>): Source | SourceLike | null | void;
  toString(): string;
}

export type DomainForRole = 'RELAY' | 'LOCAL' | 'CLOSED';

export type End = 'COMMITTED' | 'REFUSED' | 'DISCARDED' | 'RESET' | 'LOST';

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

export type Fate = FateDelivered | FateBounced | FateExpired | FateRemoved;

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

export interface FateExpired {
  type(): 'Expired';
  reply(): Reply;
  toString(): string;
}
export interface FateExpiredLike {
  type: 'Expired';
  reply: Reply | ReplyLike | string;
}

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

export interface Header {
  type(): 'Header';
  is(other: string): boolean;
  name(): string;
  raw(): string;
  value(): string;
  toString(): string;
}
export interface HeaderLike {
  name?: string;
  raw?: string;
}

export interface Headers {
  all(): ReadonlyArray<Header>;
  all(name: string): ReadonlyArray<Header>;
  append(header: Header | HeaderLike): void;
  first(name: string): string | null;
  insert(index: number, header: Header | HeaderLike): void;
  prepend(header: Header | HeaderLike): void;
  remove(name: string): void;
  remove(name: string, n: number): void;
  replace(n: number, header: Header | HeaderLike): void;
  toString(): string;
}

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

export interface Listener {
  endpoint(): Endpoint;
  name(): string;
  pin(): Pin;
  settings(): { [key: string]: string };
  stopping(): boolean;
  toString(): string;
}

export interface LogRecord {
  describe(out: LogRecordFields): void;
  kind(): string;
  time(): Date;
  toString(): string;
}

export interface LogRecordFields {
  duration(name: string, value: Duration): void;
  flag(name: string, value: boolean): void;
  number(name: string, value: number): void;
  text(name: string, value: string): void;
  texts(name: string, values: Array<string>): void;
  time(name: string, value: Time): void;
  toString(): string;
}

export interface Message {
  addRecipient(recipient: Recipient | RecipientLike | string): void;
  arrival(): Date;
  body(): Content;
  content(): Content;
  envelope(): Envelope;
  headers(): Headers;
  id(): string;
  notes(): Notes;
  removeRecipient(recipient: Recipient | RecipientLike | string): void;
  replaceBody(body: Octets): void;
  replaceSender(sender: Sender | SenderLike): void;
  toString(): string;
}

export interface Notes {
  all(): { [key: string]: { [key: string]: Json } };
  find(key: string): Json | null;
  find(plugin: string, key: string): Json | null;
  put(key: string, json: Json): void;
  toString(): string;
}

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

export type Outcome = OutcomeDelivered | OutcomeTransient | OutcomePermanent;

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

export interface Path {
  type(): 'Path';
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

export interface Pin {
  close(): void;
  onHang(giveUp: any): void;
  plan(): number;
  renew(): void;
  toString(): string;
}

export interface Placement {
  campaign(): string;
  campaign(name: string): Placement;
  expires(): Date | null;
  expires(when: Time): Placement;
  notBefore(): Date | null;
  notBefore(when: Time): Placement;
  pool(): string | null;
  pool(name: string): Placement;
  priority(): number;
  priority(priority: number): Placement;
  route(): string | null;
  route(route: string): Placement;
  tenant(): string;
  tenant(name: string): Placement;
  transport(): string | null;
  transport(name: string): Placement;
  toString(): string;
}

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

export interface Protocol {
  refuse(wire: Wire, listener: Listener): void;
  serve(wire: Wire, listener: Listener): void;
  toString(): string;
}

export interface Reception {
  auth(session: Session, result: AuthResult): Answered | Promise<Answered>;
  close(session: Session, why: Close): void;
  command(session: Session, command: Command): Answered | Promise<Answered>;
  connect(session: Session): Answered | Promise<Answered>;
  data(transaction: Transaction): Answered | Promise<Answered>;
  end(transaction: Transaction, how: End): void;
  headers(transaction: Transaction, message: Message): Answered | Promise<Answered>;
  helo(session: Session, name: string, capabilities: Capabilities): Answered | Promise<Answered>;
  mail(transaction: Transaction, sender: Sender): Answered | Promise<Answered>;
  message(transaction: Transaction, message: Message): Answered | Promise<Answered>;
  perRecipient(transaction: Transaction, message: Message, recipient: Recipient): Answered | Promise<Answered>;
  rcpt(transaction: Transaction, recipient: Recipient): Answered | Promise<Answered>;
  rcptRefused(transaction: Transaction, recipient: Recipient, reply: Reply): void;
  reply(session: Session, command: Command | null, reply: Reply): Reply | ReplyLike | string | null | void;
  stream(transaction: Transaction, content: InputStream): Answered | Promise<Answered>;
  tls(session: Session, tls: TlsInfo): Answered | Promise<Answered>;
  toString(): string;
}

export interface Recipient {
  type(): 'Recipient';
  address(): Address;
  notifyOn(): ReadonlyArray<RecipientNotify>;
  orcpt(): string | null;
  parameters(): { [key: string]: string };
  wants(kind: RecipientNotify): boolean;
  withAddress(other: Address | AddressLike | string): Recipient;
  toString(): string;
}
export interface RecipientLike {
  address: Address | AddressLike | string;
  notifyOn?: Array<RecipientNotify>;
  orcpt?: string | null | void;
  parameters?: { [key: string]: string };
}

export type RecipientNotify = 'NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY';

export interface RecordFormat {
  format(record: LogRecord): Octets | Promise<Octets>;
  toString(): string;
}

export interface RecordSink {
  control(operation: string): void;
  write(batch: ReadonlyArray<LogRecord>): void;
  toString(): string;
}

export interface Reply {
  type(): 'Reply';
  code(): number;
  enhanced(): EnhancedCode;
  isPermanent(): boolean;
  isPositive(): boolean;
  isTransient(): boolean;
  lines(): ReadonlyArray<string>;
  text(): string;
  toString(): string;
}
export interface ReplyLike {
  code?: number;
  enhanced: EnhancedCode | EnhancedCodeLike | string;
  lines?: Array<string>;
}

export type Resolution = ResolutionSite | ResolutionUnroutable | ResolutionUnknown;

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

export interface ResolutionUnknown {
  type(): 'Unknown';
  reply(): Reply;
  toString(): string;
}
export interface ResolutionUnknownLike {
  type: 'Unknown';
  reply: Reply | ReplyLike | string;
}

export interface ResolutionUnroutable {
  type(): 'Unroutable';
  reply(): Reply;
  toString(): string;
}
export interface ResolutionUnroutableLike {
  type: 'Unroutable';
  reply: Reply | ReplyLike | string;
}

export interface Routing {
  place(message: Message, placement: Placement, cause: Cause): Answered | Promise<Answered>;
  seal(message: Message): Answered | Promise<Answered>;
  split(message: Message): Array<Array<Recipient | RecipientLike | string>> | null | void;
  toString(): string;
}

export interface SaslMechanism {
  begin(session: Session): SaslMechanismExchange | Promise<SaslMechanismExchange>;
  plaintext(): boolean | Promise<boolean>;
  toString(): string;
}

export interface SaslMechanismExchange {
  close(): void;
  step(response: ReadonlyArray<number>, initial: boolean): SaslMechanismStep | StepChallengeLike | StepSuccessLike | StepFailureLike | Promise<SaslMechanismStep | StepChallengeLike | StepSuccessLike | StepFailureLike>;
  toString(): string;
}

export type SaslMechanismStep = StepChallenge | StepSuccess | StepFailure;

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

export type SenderRet = 'UNSPECIFIED' | 'FULL' | 'HDRS';

export interface Session {
  helo(): string | null;
  id(): string;
  listener(): string;
  local(): InetSocketAddress;
  mechanism(): string | null;
  notes(): Notes;
  override(remote: InetSocketAddress, remoteName: string | null | void, helo: string | null | void, user: string | null | void): void;
  protocol(): string;
  remote(): InetSocketAddress;
  remoteName(): string | null;
  tls(): TlsInfo | null;
  user(): string | null;
  toString(): string;
}

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

export interface StepChallenge {
  type(): 'Challenge';
  data(): ReadonlyArray<number>;
  toString(): string;
}
export interface StepChallengeLike {
  type: 'Challenge';
  data: Octets;
}

export interface StepFailure {
  type(): 'Failure';
  user(): string;
  toString(): string;
}
export interface StepFailureLike {
  type: 'Failure';
  user?: string;
}

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

export interface TlsInfo {
  type(): 'TlsInfo';
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
}

export interface Transaction {
  addRecipient(recipient: Recipient | RecipientLike | string): void;
  id(): string;
  notes(): Notes;
  pend(refusal: Reply | ReplyLike | string): void;
  prependHeader(header: Header | HeaderLike): void;
  recipients(): ReadonlyArray<Recipient>;
  removeRecipient(recipient: Recipient | RecipientLike | string): void;
  replaceRecipient(recipient: Recipient | RecipientLike | string, others: Array<Recipient | RecipientLike | string>): void;
  replaceSender(sender: Sender | SenderLike): void;
  sender(): Sender;
  session(): Session;
  toString(): string;
}

export interface Transport {
  open(path: Path, hops: ReadonlyArray<Hop>, pin: Pin): TransportChannel | Promise<TransportChannel>;
  resolve(destination: string): Resolution | ResolutionSiteLike | ResolutionUnroutableLike | ResolutionUnknownLike | Promise<Resolution | ResolutionSiteLike | ResolutionUnroutableLike | ResolutionUnknownLike>;
  toString(): string;
}

export interface TransportChannel {
  alive(idle: number): boolean | Promise<boolean>;
  close(): void;
  peer(): string | Promise<string>;
  reusable(): boolean | Promise<boolean>;
  send(attempt: Attempt): Array<Outcome | OutcomeDeliveredLike | OutcomeTransientLike | OutcomePermanentLike | { recipient: Recipient, reply: ReplyLike | Reply | string }> | Promise<Array<Outcome | OutcomeDeliveredLike | OutcomeTransientLike | OutcomePermanentLike | { recipient: Recipient, reply: ReplyLike | Reply | string }>>;
  toString(): string;
}

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

export interface Wire {
  close(): void;
  in(): InputStream;
  local(): InetSocketAddress;
  out(): OutputStream;
  readTimeout(timeout: Duration): void;
  remote(): InetSocketAddress;
  tls(): TlsInfo | null;
  toString(): string;
}
