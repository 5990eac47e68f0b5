-- A state file of the first version of the schema: an app that serves its second release, and whose third was interrupted.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
INSERT INTO grdb_migrations VALUES('v1');
CREATE TABLE IF NOT EXISTS "app" ("name" TEXT PRIMARY KEY NOT NULL, "stack" TEXT NOT NULL, "lastRelease" INTEGER NOT NULL);
INSERT INTO app VALUES('blog','stub',3);
INSERT INTO app VALUES('shop','stub',2);
CREATE TABLE IF NOT EXISTS "release" ("app" TEXT NOT NULL REFERENCES "app"("name") ON DELETE CASCADE, "number" INTEGER NOT NULL, "state" TEXT NOT NULL, "plan" TEXT NOT NULL, "port" INTEGER, "createdAt" DATETIME NOT NULL, "liveAt" DATETIME, PRIMARY KEY ("app", "number"));
INSERT INTO release VALUES('blog',1,'retired','{
  "advice" : [

  ],
  "app" : "blog",
  "baseImage" : "base:1",
  "healthPath" : "/",
  "host" : "blog.localhost",
  "namespace" : "orchestrator",
  "release" : "v1",
  "sourceFolder" : "/src/blog",
  "stack" : {
    "advice" : [

    ],
    "build" : {
      "compile" : [

      ],
      "env" : {

      },
      "files" : {

      },
      "ignore" : [

      ],
      "install" : [

      ],
      "manifests" : [

      ],
      "recipe" : {
        "steps" : {
          "base" : "base:1"
        }
      }
    },
    "detect" : [

    ],
    "digest" : "0123",
    "file" : "stub/stack.yaml",
    "health" : {
      "interval" : [
        0,
        1000000000000000
      ],
      "path" : "/",
      "startPeriod" : [
        3,
        4659767778871345152
      ],
      "status" : [
        [
          200,
          399
        ]
      ],
      "successes" : 2,
      "timeout" : [
        0,
        5000000000000000000
      ]
    },
    "internalPorts" : {
      "first" : 15000,
      "last" : 15099
    },
    "limits" : {
      "cpus" : 1.5,
      "memory" : 536870912,
      "pids" : 256
    },
    "name" : "stub",
    "publicPort" : 14000,
    "role" : "backend",
    "run" : {
      "command" : [
        "serve",
        "${host}:${port}"
      ],
      "env" : {

      },
      "folder" : ".",
      "port" : "8000",
      "user" : "10001:10001"
    },
    "stop" : {
      "drain" : [
        0,
        1000000000000000000
      ],
      "grace" : [
        0,
        10000000000000000000
      ],
      "signal" : "SIGTERM"
    },
    "summary" : "apps of tests",
    "variables" : [

    ]
  },
  "variables" : {

  }
}',15000,'2026-01-01 00:00:00.000','2026-01-01 00:00:09.000');
INSERT INTO release VALUES('blog',2,'live','{
  "advice" : [

  ],
  "app" : "blog",
  "baseImage" : "base:1",
  "healthPath" : "/",
  "host" : "blog.localhost",
  "namespace" : "orchestrator",
  "release" : "v2",
  "sourceFolder" : "/src/blog",
  "stack" : {
    "advice" : [

    ],
    "build" : {
      "compile" : [

      ],
      "env" : {

      },
      "files" : {

      },
      "ignore" : [

      ],
      "install" : [

      ],
      "manifests" : [

      ],
      "recipe" : {
        "steps" : {
          "base" : "base:1"
        }
      }
    },
    "detect" : [

    ],
    "digest" : "0123",
    "file" : "stub/stack.yaml",
    "health" : {
      "interval" : [
        0,
        1000000000000000
      ],
      "path" : "/",
      "startPeriod" : [
        3,
        4659767778871345152
      ],
      "status" : [
        [
          200,
          399
        ]
      ],
      "successes" : 2,
      "timeout" : [
        0,
        5000000000000000000
      ]
    },
    "internalPorts" : {
      "first" : 15000,
      "last" : 15099
    },
    "limits" : {
      "cpus" : 1.5,
      "memory" : 536870912,
      "pids" : 256
    },
    "name" : "stub",
    "publicPort" : 14000,
    "role" : "backend",
    "run" : {
      "command" : [
        "serve",
        "${host}:${port}"
      ],
      "env" : {

      },
      "folder" : ".",
      "port" : "8000",
      "user" : "10001:10001"
    },
    "stop" : {
      "drain" : [
        0,
        1000000000000000000
      ],
      "grace" : [
        0,
        10000000000000000000
      ],
      "signal" : "SIGTERM"
    },
    "summary" : "apps of tests",
    "variables" : [

    ]
  },
  "variables" : {

  }
}',15001,'2026-01-02 00:00:00.000','2026-01-02 00:00:09.000');
INSERT INTO release VALUES('blog',3,'preparing','{
  "advice" : [

  ],
  "app" : "blog",
  "baseImage" : "base:1",
  "healthPath" : "/",
  "host" : "blog.localhost",
  "namespace" : "orchestrator",
  "release" : "v3",
  "sourceFolder" : "/src/blog",
  "stack" : {
    "advice" : [

    ],
    "build" : {
      "compile" : [

      ],
      "env" : {

      },
      "files" : {

      },
      "ignore" : [

      ],
      "install" : [

      ],
      "manifests" : [

      ],
      "recipe" : {
        "steps" : {
          "base" : "base:1"
        }
      }
    },
    "detect" : [

    ],
    "digest" : "0123",
    "file" : "stub/stack.yaml",
    "health" : {
      "interval" : [
        0,
        1000000000000000
      ],
      "path" : "/",
      "startPeriod" : [
        3,
        4659767778871345152
      ],
      "status" : [
        [
          200,
          399
        ]
      ],
      "successes" : 2,
      "timeout" : [
        0,
        5000000000000000000
      ]
    },
    "internalPorts" : {
      "first" : 15000,
      "last" : 15099
    },
    "limits" : {
      "cpus" : 1.5,
      "memory" : 536870912,
      "pids" : 256
    },
    "name" : "stub",
    "publicPort" : 14000,
    "role" : "backend",
    "run" : {
      "command" : [
        "serve",
        "${host}:${port}"
      ],
      "env" : {

      },
      "folder" : ".",
      "port" : "8000",
      "user" : "10001:10001"
    },
    "stop" : {
      "drain" : [
        0,
        1000000000000000000
      ],
      "grace" : [
        0,
        10000000000000000000
      ],
      "signal" : "SIGTERM"
    },
    "summary" : "apps of tests",
    "variables" : [

    ]
  },
  "variables" : {

  }
}',NULL,'2026-01-03 00:00:00.000',NULL);
CREATE TABLE IF NOT EXISTS "port" ("number" INTEGER PRIMARY KEY, "app" TEXT NOT NULL, "release" INTEGER NOT NULL, FOREIGN KEY ("app", "release") REFERENCES "release"("app", "number") ON DELETE CASCADE);
INSERT INTO port VALUES(15000,'blog',3);
INSERT INTO port VALUES(15001,'blog',2);
CREATE TABLE IF NOT EXISTS "route" ("app" TEXT NOT NULL REFERENCES "app"("name") ON DELETE CASCADE, "role" TEXT NOT NULL, "release" INTEGER NOT NULL, "host" TEXT NOT NULL, "publicPort" INTEGER NOT NULL, "internalPort" INTEGER NOT NULL, PRIMARY KEY ("app", "role"), UNIQUE ("host", "role"));
INSERT INTO route VALUES('blog','backend',2,'blog.localhost',14000,15001);
CREATE TABLE IF NOT EXISTS "lease" ("app" TEXT PRIMARY KEY NOT NULL, "operation" TEXT NOT NULL, "release" INTEGER, "step" TEXT, "processID" INTEGER NOT NULL, "processStart" INTEGER NOT NULL, "since" DATETIME NOT NULL);
INSERT INTO lease VALUES('blog','deploy',3,'build image',5000000,1,'2026-01-03 00:00:00.000');
CREATE TABLE IF NOT EXISTS "journal" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "app" TEXT NOT NULL, "release" INTEGER NOT NULL, "step" TEXT NOT NULL, "phase" TEXT NOT NULL, "at" DATETIME NOT NULL);
INSERT INTO journal VALUES(1,'blog',3,'reserve port','begun','2026-01-03 00:00:01.000');
INSERT INTO journal VALUES(2,'blog',3,'reserve port','done','2026-01-03 00:00:02.000');
INSERT INTO journal VALUES(3,'blog',3,'build image','begun','2026-01-03 00:00:03.000');
CREATE TABLE IF NOT EXISTS "proxy" ("id" INTEGER PRIMARY KEY CHECK ("id" = 1), "generation" INTEGER NOT NULL);
INSERT INTO proxy VALUES(1,7);
COMMIT;
