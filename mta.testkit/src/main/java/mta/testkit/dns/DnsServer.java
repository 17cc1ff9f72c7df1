package mta.testkit.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A DNS server on a loopback port, UDP and TCP, for tests of the real resolver. Two virtual threads serve it, one
 * question after the other. Thread-safe.
 */
public final class DnsServer implements AutoCloseable {

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final List<Record> records = new CopyOnWriteArrayList<>();
    private final Map<Name, Integer> failing = new ConcurrentHashMap<>();
    private final Set<Name> truncated = ConcurrentHashMap.newKeySet();
    private final AtomicInteger udpQueries = new AtomicInteger();
    private final AtomicInteger tcpQueries = new AtomicInteger();
    private volatile boolean silent;
    private volatile boolean authentic;
    private volatile boolean chasing = true;

    public DnsServer() throws IOException {
        tcp = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        udp = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), tcp.getLocalPort()));
        Thread.ofVirtual().name("dns-server/udp").start(this::serveUdp);
        Thread.ofVirtual().name("dns-server/tcp").start(this::serveTcp);
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), tcp.getLocalPort());
    }

    /** @param line of a zone file with full names, such as {@code example.org. 300 MX 10 mx.example.org.} */
    public DnsServer add(String line) throws IOException {
        String[] words = line.split("\\s+", 4);
        records.add(Record.fromString(
                Name.fromString(words[0]),
                Type.value(words[2]),
                DClass.IN,
                Long.parseLong(words[1]),
                words[3],
                Name.root));
        return this;
    }

    /** @param rcode one of {@link Rcode} */
    public DnsServer fail(String name, int rcode) throws IOException {
        failing.put(Name.fromString(name, Name.root), rcode);
        return this;
    }

    /** Over UDP the answer for this name is cut off: TC is set and nothing is in it. */
    public DnsServer truncate(String name) throws IOException {
        truncated.add(Name.fromString(name, Name.root));
        return this;
    }

    /** Answers nothing any more, or does so again. */
    public void silent(boolean silent) {
        this.silent = silent;
    }

    /** Whether answers have the AD bit. */
    public void authentic(boolean authentic) {
        this.authentic = authentic;
    }

    /** Whether the records that an alias leads to are put into the same answer. */
    public void chasing(boolean chasing) {
        this.chasing = chasing;
    }

    public int udpQueries() {
        return udpQueries.get();
    }

    public int tcpQueries() {
        return tcpQueries.get();
    }

    private void serveUdp() {
        byte[] buffer = new byte[4096];
        while (!udp.isClosed()) {
            try {
                var packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                udpQueries.incrementAndGet();
                if (!silent) {
                    byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()), true);
                    udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                // closed, or nonsense: the next one
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket client = tcp.accept()) {
                var in = new DataInputStream(client.getInputStream());
                byte[] query = in.readNBytes(in.readUnsignedShort());
                tcpQueries.incrementAndGet();
                if (!silent) {
                    byte[] answer = answer(query, false);
                    var out = new DataOutputStream(client.getOutputStream());
                    out.writeShort(answer.length);
                    out.write(answer);
                }
            } catch (IOException e) {
                // closed, or nonsense: the next one
            }
        }
    }

    private byte[] answer(byte[] bytes, boolean overUdp) throws IOException {
        var query = new Message(bytes);
        Record question = query.getQuestion();
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.RD);
        answer.getHeader().setFlag(Flags.RA);
        if (authentic) {
            answer.getHeader().setFlag(Flags.AD);
        }
        answer.addRecord(question, Section.QUESTION);
        if (overUdp && truncated.contains(question.getName())) {
            answer.getHeader().setFlag(Flags.TC);
        } else if (failing.containsKey(question.getName())) {
            answer.getHeader().setRcode(failing.get(question.getName()));
        } else {
            fill(answer, question);
        }
        return answer.toWire(65_535);
    }

    private void fill(Message answer, Record question) throws IOException {
        Name name = question.getName();
        for (int steps = 0; steps < 20; steps++) {
            Name next = name;
            boolean exists = false;
            boolean found = false;
            for (Record record : records) {
                if (record.getName().equals(name)) {
                    exists = true;
                    if (record.getType() == question.getType()) {
                        answer.addRecord(record, Section.ANSWER);
                        found = true;
                    } else if (record.getType() == Type.CNAME) {
                        answer.addRecord(record, Section.ANSWER);
                        next = ((org.xbill.DNS.CNAMERecord) record).getTarget();
                    }
                }
            }
            if (found || !next.equals(name) && !chasing) {
                return;
            }
            if (next.equals(name)) {
                deny(answer, exists);
                return;
            }
            name = next;
        }
    }

    /** With the SOA whose minimum is the negative time to live, RFC 2308 section 3. */
    private void deny(Message answer, boolean exists) throws IOException {
        answer.getHeader().setRcode(exists ? Rcode.NOERROR : Rcode.NXDOMAIN);
        answer.addRecord(
                Record.fromString(
                        Name.root, Type.SOA, DClass.IN, 60, "ns.test. hostmaster.test. 1 3600 600 86400 30", Name.root),
                Section.AUTHORITY);
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
