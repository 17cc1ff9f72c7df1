package mta.smtp.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import mta.plugins.api.Reply;
import mta.plugins.api.Verdict;
import mta.plugins.api.io.TlsInfo;
import mta.plugins.api.log.Authentication;
import mta.plugins.api.log.Connection;
import mta.plugins.api.log.Rejection;
import mta.plugins.api.mail.Header;
import mta.plugins.api.mail.Message;
import mta.plugins.api.mail.Recipient;
import mta.plugins.api.mail.Sender;
import mta.plugins.api.smtp.AuthResult;
import mta.plugins.api.smtp.Capabilities;
import mta.plugins.api.smtp.Close;
import mta.plugins.api.smtp.Command;
import mta.plugins.api.smtp.End;
import mta.plugins.api.smtp.Reception;
import mta.plugins.api.smtp.Session;
import mta.plugins.api.smtp.Transaction;
import org.junit.jupiter.api.Test;

/** What the stages of {@link Reception} see, and what their verdicts and edits do. */
class ReceptionTest {

    private static final String GREET = "EHLO client.example\r\n";
    private static final String MAIL = "MAIL FROM:<a@example.com>\r\n";
    private static final String RCPT = "RCPT TO:<b@example.org>\r\n";
    private static final String DATA = "DATA\r\n";
    private static final String TEXT = "Subject: x\r\n\r\nhello\r\n.\r\n";
    private static final String QUIT = "QUIT\r\n";

    private final TestServer server = new TestServer();

    private String deliver() {
        return server.talk(GREET, MAIL + RCPT + DATA, TEXT, QUIT);
    }

    private String all(String... parts) {
        return server.talk(String.join("", parts));
    }

    /** The last reply but the one to QUIT. */
    private static String last(String said) {
        String[] lines = said.split("\r\n");
        return lines[lines.length - 1].startsWith("221") ? lines[lines.length - 2] : lines[lines.length - 1];
    }

    /** Notes every call. */
    private static final class Witness implements Reception {

        final List<String> calls = new CopyOnWriteArrayList<>();

        @Override
        public Verdict connect(Session session) {
            calls.add("connect " + session.remote().getAddress().getHostAddress());
            return Verdict.next();
        }

        @Override
        public Verdict tls(Session session, TlsInfo tls) {
            calls.add("tls " + tls.protocol());
            return Verdict.next();
        }

        @Override
        public Verdict helo(Session session, String name, Capabilities capabilities) {
            calls.add("helo " + name);
            return Verdict.next();
        }

        @Override
        public Verdict auth(Session session, AuthResult result) {
            calls.add("auth " + result.mechanism() + " " + result.user() + " " + result.success());
            return Verdict.next();
        }

        @Override
        public Verdict mail(Transaction transaction, Sender sender) {
            calls.add("mail " + transaction.id() + " " + sender.address());
            return Verdict.next();
        }

        @Override
        public Verdict rcpt(Transaction transaction, Recipient recipient) {
            calls.add("rcpt " + recipient.address());
            return Verdict.next();
        }

        @Override
        public void rcptRefused(Transaction transaction, Recipient recipient, Reply reply) {
            calls.add("rcptRefused " + recipient.address() + " " + reply.code());
        }

        @Override
        public Verdict data(Transaction transaction) {
            calls.add("data " + transaction.recipients().size());
            return Verdict.next();
        }

        @Override
        public Verdict headers(Transaction transaction, Message message) {
            calls.add("headers " + message.id());
            return Verdict.next();
        }

        @Override
        public Verdict message(Transaction transaction, Message message) throws IOException {
            calls.add("message " + message.content().size());
            return Verdict.next();
        }

        @Override
        public Verdict perRecipient(Transaction transaction, Message message, Recipient recipient) {
            calls.add("perRecipient " + recipient.address());
            return Verdict.next();
        }

        @Override
        public void end(Transaction transaction, End how) {
            calls.add("end " + transaction.id() + " " + how);
        }

        @Override
        public void close(Session session, Close why) {
            calls.add("close " + why);
        }
    }

    @Test
    void theStagesInOrder() {
        var witness = new Witness();
        server.withTls().withAuth(true).plugin("witness", witness);
        server.talk(
                GREET,
                "STARTTLS\r\n",
                GREET,
                "AUTH PLAIN " + TestServer.base64("\0bob@mydomain.tld\0secret") + "\r\n",
                MAIL + RCPT + "RCPT TO:<c@elsewhere.example>\r\n" + DATA,
                TEXT,
                MAIL + "RSET\r\n",
                MAIL + QUIT);
        assertEquals(
                List.of(
                        "connect 192.0.2.7",
                        "helo client.example",
                        "tls TLSv1.3",
                        "helo client.example",
                        "auth PLAIN bob@mydomain.tld true",
                        "mail ID0001 a@example.com",
                        "rcpt b@example.org",
                        "rcpt c@elsewhere.example",
                        "rcptRefused c@elsewhere.example 550",
                        "data 1",
                        "headers ID0001",
                        "message 250",
                        "perRecipient b@example.org",
                        "end ID0001 COMMITTED",
                        "mail ID0002 a@example.com",
                        "end ID0002 RESET",
                        "mail ID0003 a@example.com",
                        "end ID0003 RESET",
                        "close QUIT"),
                witness.calls.stream()
                        .map(call -> call.replaceAll("message \\d+", "message 250"))
                        .toList());
    }

    @Test
    void whoGivesUpInTheMiddleOfAuthHasTried() {
        server.withAuth(false);
        server.talk(GREET, "AUTH PLAIN\r\n", "*\r\n", "AUTH PLAIN\r\n");
        assertEquals(
                List.of("PLAIN  false", "PLAIN  false"),
                server.records.stream()
                        .filter(Authentication.class::isInstance)
                        .map(Authentication.class::cast)
                        .map(tried -> tried.mechanism() + " " + tried.user() + " " + tried.success())
                        .toList());
    }

    @Test
    void endAndCloseComeOnceWhateverHappens() {
        record Case(String how, String close, String... said) {}
        for (Case c : List.of(
                new Case("LOST", "LOST", GREET + MAIL),
                new Case("LOST", "LOST", GREET + MAIL + RCPT + DATA + "half"),
                new Case("LOST", "LOST", GREET + MAIL + RCPT + "BDAT 10 LAST\r\nhalf"),
                new Case("LOST", "TIMEOUT", GREET + MAIL + RCPT + DATA + "half", ""),
                new Case("RESET", "QUIT", GREET + MAIL + QUIT),
                new Case("RESET", "QUIT", GREET + MAIL + GREET + QUIT),
                new Case("REFUSED", "QUIT", GREET + MAIL + RCPT + DATA + "he\nllo\r\n.\r\n" + QUIT),
                new Case("COMMITTED", "QUIT", GREET + MAIL + RCPT + DATA + TEXT + QUIT),
                new Case("LOST", "REFUSED", GREET + MAIL + "GET / HTTP/1.1\r\n"))) {
            var witness = new Witness();
            new TestServer().plugin("witness", witness).talk(c.said());
            assertEquals(
                    1,
                    witness.calls.stream()
                            .filter(call -> call.startsWith("end"))
                            .count(),
                    c.toString());
            assertTrue(witness.calls.contains("end ID0001 " + c.how()), witness.calls.toString());
            assertEquals("close " + c.close(), witness.calls.getLast());
            assertEquals(
                    1,
                    witness.calls.stream()
                            .filter(call -> call.startsWith("close"))
                            .count());
        }
    }

    @Test
    void aRefusedConnectionIsGreetedAccordingly() {
        record Case(String refusal, String greeting) {}
        for (Case c : List.of(
                new Case("550 5.7.1 Not you", "554 5.7.1 Not you\r\n"),
                new Case("450 4.7.1 Not now", "421 4.7.1 Not now\r\n"))) {
            var refusing = new TestServer().plugin("refusing", new Reception() {
                @Override
                public Verdict connect(Session session) {
                    return Verdict.refuse(c.refusal());
                }
            });
            assertEquals(c.greeting(), refusing.talk(GREET));
            assertEquals(
                    Optional.of("refusing"), refusing.rejections().getFirst().plugin());
        }
    }

    @Test
    void aRefusalAfterTlsIsTheNextReply() {
        server.withTls().plugin("refusing", new Reception() {
            @Override
            public Verdict tls(Session session, TlsInfo tls) {
                return Verdict.refuse("550 5.7.1 Bad certificate");
            }
        });
        String said = server.talk(GREET, "STARTTLS\r\n", GREET, MAIL);
        assertEquals("550 5.7.1 Bad certificate", last(said));
        assertEquals(1, said.split("550 ", -1).length - 1);
    }

    @Test
    void capabilitiesMayBeAnnouncedAndWithdrawn() {
        server.plugin("caps", new Reception() {
            @Override
            public Verdict helo(Session session, String name, Capabilities capabilities) {
                capabilities.announce("DELIVERBY 240", "BY");
                capabilities.announce("SIZE 99");
                capabilities.withdraw("dsn");
                return Verdict.next();
            }

            @Override
            public Verdict mail(Transaction transaction, Sender sender) {
                return Verdict.refuse("550 5.0.0 BY is " + sender.parameters().get("BY"));
            }
        });
        String said =
                all(GREET, "MAIL FROM:<a@example.com> RET=FULL\r\n", "MAIL FROM:<a@example.com> BY=120;R\r\n", QUIT);
        assertTrue(said.contains("DELIVERBY 240\r\n"), said);
        assertTrue(said.contains("SIZE 99\r\n"), said);
        assertFalse(said.contains("DSN"), said);
        assertTrue(said.contains("555 5.5.4 Parameter not recognized: RET"), said);
        assertEquals("550 5.0.0 BY is 120;R", last(said));
    }

    @Test
    void aRefusalOfHeloLeavesTheSessionWithoutIt() {
        server.plugin("refusing", new Reception() {
            @Override
            public Verdict helo(Session session, String name, Capabilities capabilities) {
                return Verdict.refuse("550 5.7.1 Bad name");
            }
        });
        assertEquals("503 5.5.1 Send EHLO first", last(all(GREET, MAIL, QUIT)));
    }

    @Test
    void aRefusalThatClosesIsTheLastReply() {
        server.plugin("closing", new Reception() {
            @Override
            public Verdict mail(Transaction transaction, Sender sender) {
                return Verdict.close(Reply.of(421, "4.7.0", "Go away"));
            }
        });
        assertEquals("421 4.7.0 Go away", last(all(GREET, MAIL, "NOOP\r\n", QUIT)));
    }

    @Test
    void aliasesReplaceTheRecipientAndTheSameMailboxGetsOneCopy() {
        server.plugin("alias", new Reception() {
            @Override
            public Verdict rcpt(Transaction transaction, Recipient recipient) {
                switch (recipient.address().localPart()) {
                    case "list" ->
                        transaction.replaceRecipient(
                                recipient, List.of(Recipient.of("x@example.net"), Recipient.of("y@example.net")));
                    case "nobody" -> transaction.replaceRecipient(recipient, List.of());
                    case "more" -> transaction.addRecipient(Recipient.of("x@example.net"));
                    default -> {}
                }
                return Verdict.next();
            }
        });
        all(
                GREET,
                MAIL,
                "RCPT TO:<list@example.org>\r\nRCPT TO:<more@example.org>\r\nRCPT TO:<more@example.org>\r\nRCPT TO:<nobody@example.org>\r\n",
                DATA,
                TEXT,
                QUIT);
        assertEquals(
                List.of("x@example.net", "y@example.net", "more@example.org"),
                server.intake.taken.getFirst().envelope().recipients().stream()
                        .map(recipient -> recipient.address().toString())
                        .toList());
    }

    @Test
    void mailForNobodyIsAcceptedAndDropped() {
        server.plugin("alias", new Reception() {
            @Override
            public Verdict rcpt(Transaction transaction, Recipient recipient) {
                transaction.replaceRecipient(recipient, List.of());
                return Verdict.next();
            }
        });
        assertTrue(last(deliver()).startsWith("250 2.0.0 Ok"));
        assertTrue(server.intake.taken.isEmpty());
        assertTrue(server.records.stream().anyMatch(record -> record.kind().equals("Discard")));
    }

    /** Postfix DEFER_IF_REJECT: a plugin that is not sure yet turns the refusals of others into temporary ones. */
    @Test
    void whatIsRefusedForGoodMayBeDeferred() {
        server.plugin("deferring", new Reception() {
            @Override
            public Verdict mail(Transaction transaction, Sender sender) {
                if (sender.address().localPart().equals("m")) {
                    transaction.deferIfRefused(Reply.of(450, "4.7.1", "Message deferred"));
                }
                return Verdict.next();
            }

            @Override
            public Verdict rcpt(Transaction transaction, Recipient recipient) {
                if (recipient.address().localPart().equals("d")) {
                    transaction.deferIfRefused(Reply.of(450, "4.7.1", "Recipient deferred"));
                }
                return Verdict.next();
            }
        });
        server.plugin("refusing", new Reception() {
            @Override
            public Verdict message(Transaction transaction, Message message) {
                return Verdict.refuse("550 5.7.1 No");
            }
        });
        String said = all(
                GREET,
                MAIL,
                "RCPT TO:<d@elsewhere.example>\r\nRCPT TO:<x@elsewhere.example>\r\nRCPT TO:<d@example.org>\r\n",
                DATA,
                TEXT);
        assertTrue(
                said.contains("450 4.7.1 Recipient deferred\r\n550 5.7.1 Relaying denied\r\n250 2.1.5 Ok\r\n354"),
                said);
        assertEquals("550 5.7.1 No", last(said), "the message is another matter");
        said = all(GREET, "MAIL FROM:<m@example.com>\r\n", "RCPT TO:<x@elsewhere.example>\r\n", RCPT, DATA, TEXT);
        assertTrue(said.contains("450 4.7.1 Message deferred\r\n250 2.1.5 Ok\r\n354"), said);
        assertEquals("450 4.7.1 Message deferred", last(said));
    }

    private static Reception lateRefuser() {
        return new Reception() {
            @Override
            public Verdict message(Transaction transaction, Message message) {
                for (Recipient recipient : transaction.recipients()) {
                    if (recipient.address().localPart().equals("late")) {
                        transaction.refuseRecipient(recipient, Reply.of(552, "5.2.2", "Full"));
                    }
                    if (recipient.address().localPart().equals("later")) {
                        transaction.refuseRecipient(recipient, Reply.of(452, "4.2.2", "Nearly full"));
                    }
                }
                return Verdict.next();
            }
        };
    }

    /** SMTP has one answer: nobody's mail may be lost, so it is a temporary one if there is one. */
    @Test
    void aRecipientRefusedLateRefusesTheMessageInSmtp() {
        server.plugin("late", lateRefuser());
        String late = "RCPT TO:<late@example.org>\r\n";
        assertEquals("552 5.2.2 Full", last(all(GREET, MAIL, RCPT, late, DATA, TEXT)));
        assertEquals("late", server.rejections().getLast().plugin().orElseThrow());
        assertEquals(
                "452 4.2.2 Nearly full",
                last(all(GREET, MAIL, RCPT, late, "RCPT TO:<later@example.org>\r\n", DATA, TEXT)));
        assertTrue(server.intake.taken.isEmpty());
        assertTrue(last(all(GREET, MAIL, RCPT, DATA, TEXT)).startsWith("250 2.0.0"));
    }

    @Test
    void aRecipientRefusedLateIsRefusedAloneInLmtp() {
        server.lmtp().plugin("late", lateRefuser());
        String said = all(
                "LHLO client.example\r\n",
                MAIL,
                "RCPT TO:<a@example.org>\r\nRCPT TO:<late@example.org>\r\nRCPT TO:<b@example.org>\r\n",
                DATA,
                TEXT);
        String[] lines = said.split("\r\n");
        assertTrue(lines[lines.length - 3].startsWith("250 2.0.0"), said);
        assertEquals("552 5.2.2 Full", lines[lines.length - 2]);
        assertTrue(lines[lines.length - 1].startsWith("250 2.0.0"), said);
        assertEquals(1, server.intake.taken.size());
    }

    @Test
    void recordsNameTheClient() {
        server.set("reverseDns", true);
        all(GREET, MAIL, "RCPT TO:<x@elsewhere.example>\r\n", QUIT);
        Rejection rejection = server.rejections().getFirst();
        assertEquals(
                "client-" + rejection.client().replace('.', '-') + ".example",
                rejection.clientName().orElseThrow());
        assertTrue(rejection.helo().isPresent());
        assertEquals("ESMTP", rejection.protocol());
        Connection connection = server.records.stream()
                .filter(Connection.class::isInstance)
                .map(Connection.class::cast)
                .findFirst()
                .orElseThrow();
        assertEquals(rejection.clientName(), connection.clientName());
    }

    @Test
    void pendingRefusalsCountOnlyWhereTheAnswerWouldBeYes() {
        server.plugin("pending", new Reception() {
            @Override
            public Verdict mail(Transaction transaction, Sender sender) {
                if (sender.address().localPart().equals("m")) {
                    transaction.pend(Reply.of(450, "4.7.1", "Message pending"));
                }
                return Verdict.next();
            }

            @Override
            public Verdict rcpt(Transaction transaction, Recipient recipient) {
                if (recipient.address().localPart().equals("p")) {
                    transaction.pend(Reply.of(450, "4.7.1", "Recipient pending"));
                }
                return Verdict.next();
            }
        });
        String said =
                all(GREET, MAIL, "RCPT TO:<p@example.org>\r\nRCPT TO:<p@elsewhere.example>\r\n", RCPT, DATA, TEXT);
        assertTrue(
                said.contains("450 4.7.1 Recipient pending\r\n550 5.7.1 Relaying denied\r\n250 2.1.5 Ok\r\n354"), said);
        assertTrue(last(said).startsWith("250 2.0.0"), said);
        assertEquals(
                "450 4.7.1 Message pending", last(all(GREET, "MAIL FROM:<m@example.com>\r\n", RCPT, DATA, TEXT, QUIT)));
    }

    @Test
    void holdDiscardAndLaterAreForTheMessage() {
        var when = Instant.parse("2026-12-01T00:00:00Z");
        server.plugin("verdicts", new Reception() {
            @Override
            public Verdict rcpt(Transaction transaction, Recipient recipient) {
                return switch (recipient.address().localPart()) {
                    case "hold" -> Verdict.hold("looks odd");
                    case "discard" -> Verdict.discard("spam trap");
                    default -> Verdict.next();
                };
            }

            @Override
            public Verdict message(Transaction transaction, Message message) {
                return Verdict.later(when, Reply.of(450, "4.0.0", "slowly"));
            }
        });
        all(
                GREET,
                MAIL,
                "RCPT TO:<hold@example.org>\r\n",
                DATA,
                TEXT,
                MAIL,
                "RCPT TO:<discard@example.org>\r\n",
                DATA,
                TEXT);
        assertEquals(1, server.intake.taken.size());
        assertEquals(Optional.of("looks odd"), server.intake.taken.getFirst().hold());
        assertEquals(Optional.of(when), server.intake.taken.getFirst().notBefore());
    }

    @Test
    void refusalsOfDataHeadersAndMessage() {
        for (String stage : List.of("data", "headers", "message", "stream")) {
            var refusing = new TestServer()
                    .plugin(
                            "refusing",
                            switch (stage) {
                                case "data" ->
                                    new Reception() {
                                        @Override
                                        public Verdict data(Transaction transaction) {
                                            return Verdict.refuse("550 5.7.1 data");
                                        }
                                    };
                                case "headers" ->
                                    new Reception() {
                                        @Override
                                        public Verdict headers(Transaction transaction, Message message) {
                                            return Verdict.refuse("550 5.7.1 headers");
                                        }
                                    };
                                case "message" ->
                                    new Reception() {
                                        @Override
                                        public Verdict message(Transaction transaction, Message message) {
                                            return Verdict.refuse("550 5.7.1 message");
                                        }
                                    };
                                default ->
                                    new Reception() {
                                        @Override
                                        public Verdict stream(Transaction transaction, InputStream content) {
                                            return Verdict.refuse("550 5.7.1 stream");
                                        }
                                    };
                            });
            String content = stage.equals("data") ? "" : TEXT;
            String said = refusing.talk(GREET + MAIL + RCPT + DATA + content + "NOOP\r\n");
            assertTrue(said.contains("550 5.7.1 " + stage + "\r\n250 2.0.0 Ok\r\n"), said);
            assertTrue(refusing.intake.taken.isEmpty());
            assertEquals(
                    Optional.of("refusing"), refusing.rejections().getLast().plugin());
            assertEquals("a@example.com", refusing.rejections().getLast().sender());
        }
    }

    @Test
    void theStreamIsReadWhileItComesAndByEachBinding() {
        final class Reader implements Reception {
            volatile String read = "";

            @Override
            public Verdict stream(Transaction transaction, InputStream content) throws IOException {
                read = new String(content.readAllBytes(), StandardCharsets.US_ASCII);
                transaction.notes().put("length", (long) read.length());
                transaction.prependHeader(Header.of("X-Read", "yes"));
                return Verdict.next();
            }
        }

        var first = new Reader();
        var second = new Reader();
        server.plugin("first", first).plugin("second", second);
        String body = "0123456789".repeat(10) + "\r\n";
        deliver(body.repeat(50_000));
        assertEquals("Subject: x\r\n\r\n" + body.repeat(50_000), first.read);
        assertTrue(second.read.endsWith(first.read));
        var taken = server.intake.taken.getFirst();
        assertTrue(taken.content().startsWith("X-Read: yes\r\nX-Read: yes\r\nReceived: "));
        assertEquals((long) first.read.length(), taken.notes().get("first").get("length"));
    }

    private void deliver(String body) {
        server.talk(GREET, MAIL + RCPT + DATA, "Subject: x\r\n\r\n", body, ".\r\n" + QUIT);
    }

    @Test
    void aStreamMayBeLeftEarlyAndALostClientEndsIt() {
        server.plugin("early", new Reception() {
            @Override
            public Verdict stream(Transaction transaction, InputStream content) throws IOException {
                content.read();
                return Verdict.next();
            }
        });
        deliver("x".repeat(1000).concat("\r\n").repeat(5_000));
        assertEquals(1, server.intake.taken.size());
        server.talk(GREET, MAIL + RCPT + DATA, "Subject: x\r\n\r\nhalf");
        assertEquals(1, server.intake.taken.size());
    }

    @Test
    void headersAndEnvelopeMayBeChangedUntilTheEnd() {
        server.plugin("editor", new Reception() {
            @Override
            public Verdict mail(Transaction transaction, Sender sender) {
                transaction.prependHeader(Header.of("X-Mail", "1"));
                transaction.notes().put("seen", "at mail");
                return Verdict.next();
            }

            @Override
            public Verdict message(Transaction transaction, Message message) {
                transaction.prependHeader(Header.of("X-Message", "2"));
                transaction.replaceSender(Sender.of(mta.plugins.api.Address.of("srs@example.org")));
                transaction.addRecipient(Recipient.of("archive@example.org"));
                transaction.notes().put("seen too", "at message");
                return Verdict.next();
            }
        });
        deliver();
        var taken = server.intake.taken.getFirst();
        assertTrue(taken.content().startsWith("X-Message: 2\r\nX-Mail: 1\r\nReceived: "), taken.content());
        assertEquals("srs@example.org", taken.envelope().sender().address().toString());
        assertEquals(2, taken.envelope().recipients().size());
        assertEquals(Map.of("editor", Map.of("seen", "at mail", "seen too", "at message")), taken.notes());
    }

    private static final class Picky implements Reception {
        @Override
        public Verdict perRecipient(Transaction transaction, Message message, Recipient recipient) {
            return switch (recipient.address().localPart()) {
                case "never" -> Verdict.refuse("550 5.1.1 Never");
                case "later" -> Verdict.refuse("450 4.2.1 Later");
                case "drop" -> Verdict.discard("unwanted");
                default -> Verdict.next();
            };
        }
    }

    private static final String FOUR = "RCPT TO:<b@example.org>\r\nRCPT TO:<never@example.org>\r\n"
            + "RCPT TO:<later@example.org>\r\nRCPT TO:<drop@example.org>\r\n";

    @Test
    void lmtpAnswersForEachRecipient() {
        server.lmtp().plugin("picky", new Picky());
        String said = all("LHLO client.example\r\n", MAIL, FOUR, DATA, TEXT);
        assertTrue(said.endsWith("""
                        250 2.0.0 Ok: queued as ID0001
                        550 5.1.1 Never
                        450 4.2.1 Later
                        250 2.0.0 Ok: queued as ID0001
                        """.replace("\n", "\r\n")), said);
        assertEquals(
                List.of(Recipient.of("b@example.org")),
                server.intake.taken.getFirst().envelope().recipients());
    }

    @Test
    void smtpHasOneAnswerForAll() {
        server.plugin("picky", new Picky());
        assertEquals("450 4.2.1 Later", last(all(GREET, MAIL, FOUR, DATA, TEXT)));
        assertTrue(server.intake.taken.isEmpty());
    }

    @Test
    void commandsMayBeCarriedOutByPlugins() {
        server.plugin("etrn", new Reception() {
            @Override
            public Verdict command(Session session, Command command) {
                switch (command.verb()) {
                    case "ETRN" -> {
                        command.answer(Reply.of(250, "2.0.0", "Queue " + command.argument() + " started"));
                        return Verdict.accept();
                    }
                    case "XCLIENT" -> {
                        session.override(
                                InetSocketAddress.createUnresolved("192.0.2.99", 0),
                                Optional.of("mail.example"),
                                Optional.of("xhelo"),
                                Optional.empty());
                        command.answer(Reply.of(220, "Go on"));
                        return Verdict.accept();
                    }
                    case "NOOP" -> {
                        return Verdict.refuse("502 5.5.1 No noops");
                    }
                    default -> {
                        return Verdict.next();
                    }
                }
            }
        });
        String said = all(GREET, "ETRN example.org\r\nXCLIENT ADDR=192.0.2.99\r\nNOOP\r\nVRFY x\r\nXWHAT\r\n");
        assertTrue(
                said.endsWith(
                        "250 2.0.0 Queue example.org started\r\n220 Go on\r\n502 5.5.1 No noops\r\n252 2.1.5 Cannot verify, but will"
                                + " take mail for it and try to deliver\r\n500 5.5.1 Command not recognized\r\n"),
                said);
    }

    @Test
    void repliesMayBeReworded() {
        server.plugin("polite", new Reception() {
            @Override
            public Optional<Reply> reply(Session session, Optional<Command> command, Reply reply) {
                return switch (reply.code()) {
                    case 550 -> Optional.of(Reply.of(554, "5.7.1", "Sorry"));
                    case 221 -> Optional.of(Reply.of(550, "5.0.0", "another class is not taken"));
                    default -> Optional.empty();
                };
            }
        });
        String said = all(GREET, MAIL, "RCPT TO:<x@elsewhere.example>\r\n", QUIT);
        assertTrue(said.endsWith("554 5.7.1 Sorry\r\n221 2.0.0 Bye\r\n"), said);
    }

    @Test
    void authMayBeRefusedAfterSuccess() {
        server.withAuth(false).plugin("strict", new Reception() {
            @Override
            public Verdict auth(Session session, AuthResult result) {
                return result.success() ? Verdict.refuse("535 5.7.8 Not from here") : Verdict.next();
            }
        });
        String said = all(GREET, "AUTH PLAIN " + TestServer.base64("\0bob@mydomain.tld\0secret") + "\r\n", "VRFY\r\n");
        assertTrue(said.contains("535 5.7.8 Not from here\r\n252"), said);
    }
}
