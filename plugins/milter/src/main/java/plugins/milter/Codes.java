package plugins.milter;

/** The protocol's numbers and letters, as libmilter's mfdef.h and mfapi.h name them. */
final class Codes {

    private Codes() {}

    static final int VERSION = 6;

    // From us
    static final char ABORT = 'A';
    static final char BODY = 'B';
    static final char CONNECT = 'C';
    static final char MACRO = 'D';
    static final char BODYEOB = 'E';
    static final char HELO = 'H';
    static final char HEADER = 'L';
    static final char MAIL = 'M';
    static final char EOH = 'N';
    static final char OPTNEG = 'O';
    static final char QUIT = 'Q';
    static final char RCPT = 'R';
    static final char DATA = 'T';
    static final char UNKNOWN = 'U';

    // From the filter: verdicts
    static final char ACCEPT = 'a';
    static final char CONTINUE = 'c';
    static final char DISCARD = 'd';
    static final char CONN_FAIL = 'f';
    static final char PROGRESS = 'p';
    static final char REJECT = 'r';
    static final char SKIP = 's';
    static final char TEMPFAIL = 't';
    static final char REPLYCODE = 'y';
    static final char SHUTDOWN = '4';

    // From the filter: changes, only in answer to BODYEOB
    static final char ADDRCPT = '+';
    static final char ADDRCPT_PAR = '2';
    static final char DELRCPT = '-';
    static final char REPLBODY = 'b';
    static final char CHGFROM = 'e';
    static final char ADDHEADER = 'h';
    static final char INSHEADER = 'i';
    static final char CHGHEADER = 'm';
    static final char QUARANTINE = 'q';

    /** Changes that a filter may make: ADDHDRS, CHGBODY, ADDRCPT, DELRCPT, CHGHDRS, QUARANTINE, CHGFROM, ADDRCPT_PAR, SETSYMLIST. */
    static final int ALL_ACTIONS = 0x1ff;

    // What a filter does not want to be told ...
    static final int NOCONNECT = 0x1;
    static final int NOHELO = 0x2;
    static final int NOMAIL = 0x4;
    static final int NORCPT = 0x8;
    static final int NOBODY = 0x10;
    static final int NOHDRS = 0x20;
    static final int NOEOH = 0x40;
    static final int NOUNKNOWN = 0x100;
    static final int NODATA = 0x200;
    // ... what more it knows ...
    static final int CAN_SKIP = 0x400;
    static final int RCPT_REJ = 0x800;
    static final int HDR_LEADSPC = 0x100000;
    // ... and what it will not answer.
    static final int NR_HDR = 0x80;
    static final int NR_CONN = 0x1000;
    static final int NR_HELO = 0x2000;
    static final int NR_MAIL = 0x4000;
    static final int NR_RCPT = 0x8000;
    static final int NR_DATA = 0x10000;
    static final int NR_UNKN = 0x20000;
    static final int NR_EOH = 0x40000;
    static final int NR_BODY = 0x80000;

    static final int ALL_PROTOCOL = 0x1fffff;

    /** Of the body in one packet (MILTER_CHUNK_SIZE); larger ones are not offered. */
    static final int CHUNK = 65_535;

    /** Not to be told. */
    static int unwanted(char command) {
        return switch (command) {
            case CONNECT -> NOCONNECT;
            case HELO -> NOHELO;
            case MAIL -> NOMAIL;
            case RCPT -> NORCPT;
            case DATA -> NODATA;
            case UNKNOWN -> NOUNKNOWN;
            case HEADER -> NOHDRS;
            case EOH -> NOEOH;
            case BODY -> NOBODY;
            default -> 0;
        };
    }

    /** Told without an answer. */
    static int unanswered(char command) {
        return switch (command) {
            case CONNECT -> NR_CONN;
            case HELO -> NR_HELO;
            case MAIL -> NR_MAIL;
            case RCPT -> NR_RCPT;
            case DATA -> NR_DATA;
            case UNKNOWN -> NR_UNKN;
            case HEADER -> NR_HDR;
            case EOH -> NR_EOH;
            case BODY -> NR_BODY;
            default -> 0;
        };
    }

    /** The version of the protocol that brought a command. */
    static int since(char command) {
        return switch (command) {
            case UNKNOWN -> 3;
            case DATA -> 4;
            default -> 2;
        };
    }

    /** For records. */
    static String name(char command) {
        return switch (command) {
            case CONNECT -> "connect";
            case HELO -> "helo";
            case MAIL -> "mail";
            case RCPT -> "rcpt";
            case DATA -> "data";
            case UNKNOWN -> "unknown command";
            case HEADER -> "header";
            case EOH -> "end of headers";
            case BODY -> "body";
            case BODYEOB -> "end of message";
            case OPTNEG -> "negotiation";
            default -> "'" + command + "'";
        };
    }
}
