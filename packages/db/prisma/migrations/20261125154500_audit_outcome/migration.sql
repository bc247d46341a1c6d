-- AlterTable
ALTER TABLE "AuditEntry" ADD COLUMN     "outcome" TEXT;
